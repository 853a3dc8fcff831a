"""The addresses of the API, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.routers import SimpleRouter

import activities.api
import clusters.api
import twinning.core.api.jobs
from clusters.api.organisations import FirmViewSet
from twinning.core.api.pages import Documentation, ProblemPage, Problems, Root, SchemaFile
from twinning.core.api.resources import Nowhere

ROUTES = [*clusters.api.ROUTES, *activities.api.ROUTES, *twinning.core.api.jobs.ROUTES]

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
    path(
        "organisations/<int:organisation_id>/firm/",
        FirmViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-firm",
    ),
    *router.urls,
    re_path("", Nowhere.as_view(), name="api-nowhere"),
]
