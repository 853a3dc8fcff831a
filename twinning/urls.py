from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from twinning.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("language", login_not_required(set_language), name="set_language"),
    # The address of a person is changed by those who run the programme, where it leaves a trace.
    path("accounts/email/", RedirectView.as_view(pattern_name="account"), name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("account/", include("twinning.core.urls_account")),
    path("api/v1/", include("twinning.api")),
    path("", include("twinning.core.urls")),
    path("", include("clusters.urls")),
    path("", include("diagnostics.urls")),
    path("", include("activities.urls")),
    path("", include("monitoring.urls")),
]

handler400 = "twinning.core.api.problems.bad_request"
handler500 = "twinning.core.api.problems.server_error"
