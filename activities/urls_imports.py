"""Addresses of the imports of a programme."""

from django.urls import include, path

from activities.views import imports as views

_one = [
    path("columns", views.columns, name="import_columns"),
    path("sheet", views.sheet, name="import_sheet"),
    path("answers", views.answers, name="import_answers"),
    path("apply", views.apply, name="import_apply"),
    path("progress", views.progress, name="import_progress"),
    path("corrections", views.corrections, name="import_corrections"),
    path("undo", views.undo, name="import_undo"),
]

urlpatterns = [
    path("p/<slug:programme_slug>/imports", views.imports, name="imports"),
    path("p/<slug:programme_slug>/imports/new", views.import_new, name="import_new"),
    path("p/<slug:programme_slug>/imports/<int:pk>", views.import_, name="import"),
    path("p/<slug:programme_slug>/imports/<int:pk>/", include(_one)),
]
