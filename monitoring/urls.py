from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import closings, open_data, portfolio, public, schedules, setup, verification
from monitoring.views import reports as views

report: list[URLPattern] = [
    path("read", views.report_read, name="report_read"),
    path("retry", views.report_retry, name="report_retry"),
    path("issue", views.report_issue, name="report_issue"),
    path("withdraw", views.report_withdraw, name="report_withdraw"),
]

schedule: list[URLPattern] = [
    path("edit", schedules.report_schedule_edit, name="report_schedule_edit"),
    path("pause", schedules.report_schedule_pause, name="report_schedule_pause"),
    path("resume", schedules.report_schedule_resume, name="report_schedule_resume"),
    path("end", schedules.report_schedule_end, name="report_schedule_end"),
]

programme: list[URLPattern | URLResolver] = [
    path("reports", views.reports, name="reports"),
    path("reports/new", views.report_new, name="report_new"),
    path("reports/regular/new", schedules.report_schedule_new, name="report_schedule_new"),
    path("reports/regular/<int:pk>", schedules.report_schedule, name="report_schedule"),
    path("reports/regular/<int:pk>/", include(schedule)),
    path("reports/texts/<slug:kind>", setup.report_texts, name="report_texts"),
    path("reports/layout/<slug:kind>", setup.report_layout, name="report_layout"),
    path("reports/layout/<slug:kind>/reset", setup.report_layout_reset, name="report_layout_reset"),
    path("reports/<int:pk>", views.report, name="report"),
    path("reports/<int:pk>/", include(report)),
    path("", include("monitoring.urls_results")),
    path("", include("monitoring.urls_publication")),
    path("", include("monitoring.urls_evaluation")),
    path("", include("monitoring.urls_portfolio")),
]

urlpatterns = [
    path("closings/waiting", closings.closings_waiting_fragment, name="closings_waiting_fragment"),
    path("portfolio", portfolio.portfolio, name="portfolio"),
    path("open/<slug:programme_slug>", public.open_page, name="open_programme"),
    path("open/<slug:programme_slug>/results.csv", public.open_results_csv, name="open_results_csv"),
    path("open/<slug:programme_slug>/results.json", public.open_results_json, name="open_results_json"),
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>", verification.verify_report, name="verify_report"),
    path("p/<slug:programme_slug>/", include(programme)),
    path("open/<slug:programme_slug>/iati.xml", open_data.iati_file, name="iati_file"),
]
