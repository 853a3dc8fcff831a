"""Addresses of questionnaires, and of the import of what was filled elsewhere."""

from django.urls import URLPattern, URLResolver, include, path

from diagnostics.views import questionnaires, returns

_version: list[URLPattern | URLResolver] = [
    path("xlsform", questionnaires.questionnaire_xlsform, name="questionnaire_xlsform"),
    path("definition", questionnaires.questionnaire_definition, name="questionnaire_definition"),
]

_questionnaire: list[URLPattern | URLResolver] = [
    path("changes", questionnaires.questionnaire_changes, name="questionnaire_changes"),
    path("draft", questionnaires.questionnaire_draft, name="questionnaire_draft"),
    path("publish", questionnaires.questionnaire_publish, name="questionnaire_publish"),
    path("retire", questionnaires.questionnaire_retire, name="questionnaire_retire"),
    path("versions/<int:number>", questionnaires.questionnaire_version, name="questionnaire_version"),
    path("versions/<int:number>/", include(_version)),
]

_batch: list[URLPattern | URLResolver] = [
    path("forms", returns.return_choices, name="return_choices"),
    path("again", returns.return_again, name="return_again"),
    path("progress", returns.return_progress, name="return_progress"),
    path("undo", returns.return_undo, name="return_undo"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("questionnaires", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new", questionnaires.questionnaire_new, name="questionnaire_new"),
    path("questionnaires/<slug:slug>", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<slug:slug>/", include(_questionnaire)),
    path("returns", returns.returns, name="returns"),
    path("returns/new", returns.return_new, name="return_new"),
    path("returns/<int:pk>", returns.return_batch, name="return_batch"),
    path("returns/<int:pk>/", include(_batch)),
]
