from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<slug:programme_slug>/diagnostics/", include("diagnostics.urls_questionnaires")),
]
