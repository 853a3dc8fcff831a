from django.urls import include, path

from twinning.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("twinning.api")),
    path("", include("twinning.core.urls")),
    path("", include("clusters.urls")),
    path("", include("activities.urls")),
    path("", include("monitoring.urls")),
]
