from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import publication, publication_parts


def _part(kind: str, name: str) -> list[URLPattern]:
    """Adding, changing and taking out one kind of what is published."""
    return [
        path("new", publication_parts.part_new, {"kind": kind}, name=f"{name}_new"),
        path("<int:pk>", publication_parts.part_edit, {"kind": kind}, name=f"{name}_edit"),
        path("<int:pk>/remove", publication_parts.part_remove, {"kind": kind}, name=f"{name}_remove"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("publication", publication.publication, name="publication"),
    path("publication/edit", publication.publication_edit, name="publication_edit"),
    path("publication/codes/", include(_part("code", "publication_code"))),
    path("publication/documents/", include(_part("document", "publication_document"))),
    path("budgets", publication_parts.part_list, {"kind": "budget"}, name="budgets"),
    path("budgets/", include(_part("budget", "budget"))),
    path("transactions", publication_parts.part_list, {"kind": "transaction"}, name="transactions"),
    path("transactions/", include(_part("transaction", "transaction"))),
]
