from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import open_data, publication, publication_parts
from monitoring.views import reports as views

report: list[URLPattern] = [
    path("read", views.report_read, name="report_read"),
    path("retry", views.report_retry, name="report_retry"),
    path("issue", views.report_issue, name="report_issue"),
    path("withdraw", views.report_withdraw, name="report_withdraw"),
]


def _part(kind: str, name: str) -> list[URLPattern]:
    """Adding, changing and taking out one kind of what is published."""
    return [
        path("new", publication_parts.part_new, {"kind": kind}, name=f"{name}_new"),
        path("<int:pk>", publication_parts.part_edit, {"kind": kind}, name=f"{name}_edit"),
        path("<int:pk>/remove", publication_parts.part_remove, {"kind": kind}, name=f"{name}_remove"),
    ]


programme: list[URLPattern | URLResolver] = [
    path("reports", views.reports, name="reports"),
    path("reports/new", views.report_new, name="report_new"),
    path("reports/<int:pk>", views.report, name="report"),
    path("reports/<int:pk>/", include(report)),
    path("publication", publication.publication, name="publication"),
    path("publication/edit", publication.publication_edit, name="publication_edit"),
    path("publication/codes/", include(_part("code", "publication_code"))),
    path("publication/documents/", include(_part("document", "publication_document"))),
    path("budgets", publication_parts.part_list, {"kind": "budget"}, name="budgets"),
    path("budgets/", include(_part("budget", "budget"))),
    path("transactions", publication_parts.part_list, {"kind": "transaction"}, name="transactions"),
    path("transactions/", include(_part("transaction", "transaction"))),
]

urlpatterns = [
    path("p/<slug:programme_slug>/", include(programme)),
    path("open/<slug:programme_slug>/iati.xml", open_data.iati_file, name="iati_file"),
]
