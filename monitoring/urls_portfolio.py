from django.urls import URLPattern, path

from monitoring.views import portfolio, public

urlpatterns: list[URLPattern] = [
    path("portfolio", portfolio.programme_portfolio, name="programme_portfolio"),
    path("portfolio/progress", portfolio.progress_fragment, name="portfolio_progress_fragment"),
    path("portfolio/results", portfolio.results_fragment, name="portfolio_results_fragment"),
    path("portfolio/gaps", portfolio.gaps_fragment, name="portfolio_gaps_fragment"),
    path("results.csv", portfolio.results_csv, name="results_csv"),
    path("public", public.public_page, name="public_page"),
    path("public/close", public.public_page_close, name="public_page_close"),
]
