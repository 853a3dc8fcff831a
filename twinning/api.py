"""The addresses of the API, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter
from rest_framework.routers import SimpleRouter

import activities.api
import clusters.api
import diagnostics.api
import monitoring.api
import twinning.core.api.jobs
from clusters.api.organisations import FirmViewSet
from monitoring.api.verification import Verification
from twinning.core.api.pages import Documentation, FileContent, ProblemPage, Problems, Root, SchemaFile
from twinning.core.api.resources import Nowhere


class Anything(StringConverter):
    """Whatever is asked for, line breaks included."""

    regex = r"[\s\S]+"


register_converter(Anything, "anything")

ROUTES = [
    *clusters.api.ROUTES,
    *diagnostics.api.ROUTES,
    *activities.api.ROUTES,
    *monitoring.api.ROUTES,
    *twinning.core.api.jobs.ROUTES,
]

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in ROUTES:
    router.register(prefix, viewset, f"api-{name}")

Root.resources = [prefix for prefix, _viewset, _name in ROUTES if "/" not in prefix]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view(), name="api-root"),
    path("schema/", SchemaFile.as_view(), name="api-schema"),
    path("docs/", Documentation.as_view(url_name="api-schema"), name="api-docs"),
    path("problems/", Problems.as_view(), name="api-problems"),
    path("problems/<slug:code>/", ProblemPage.as_view(), name="api-problem"),
    path("files/<int:id>/", FileContent.as_view(), name="api-file"),
    path(
        "organisations/<int:organisation_id>/firm/",
        FirmViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-firm",
    ),
    path("verifications/<str:code>/", Verification.as_view(), name="api-verification"),
    *router.urls,
    path("<anything:rest>", Nowhere.as_view(), name="api-nowhere"),
]
