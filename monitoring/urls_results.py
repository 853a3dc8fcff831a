from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import closings, divided, framework, outcomes, results, value_imports, values

indicator: list[URLPattern | URLResolver] = [
    path("evidence", results.evidence, name="evidence"),
    path("divided", divided.divided, name="divided"),
    path("edit", framework.indicator_edit, name="indicator_edit"),
    path("retire", framework.indicator_retire, name="indicator_retire"),
    path("restore", framework.indicator_restore, name="indicator_restore"),
    path("targets/new", framework.target_new, name="target_new"),
    path("targets/<int:pk>/edit", framework.target_edit, name="target_edit"),
    path("targets/<int:pk>/remove", framework.target_remove, name="target_remove"),
    path("values/new", values.measurement_new, name="measurement_new"),
    path("values/<int:pk>/edit", values.measurement_edit, name="measurement_edit"),
]

of_framework: list[URLPattern | URLResolver] = [
    path("tables", framework.tables_bring, name="tables_bring"),
    path("results/new", framework.result_new, name="result_new"),
    path("results/<int:pk>/edit", framework.result_edit, name="result_edit"),
    path("indicators/new", framework.indicator_new, name="indicator_new"),
]

outcome: list[URLPattern | URLResolver] = [
    path("edit", outcomes.outcome_edit, name="outcome_edit"),
    path("verify", outcomes.outcome_verify, name="outcome_verify"),
    path("remove", outcomes.outcome_remove, name="outcome_remove"),
]

closing: list[URLPattern | URLResolver] = [
    path("submit", closings.closing_submit, name="closing_submit"),
    path("approve", closings.closing_approve, name="closing_approve"),
    path("return", closings.closing_return, name="closing_return"),
    path("restate", closings.closing_restate, name="closing_restate"),
    path("exception", closings.closing_exception, name="closing_exception"),
]

value_batch: list[URLPattern | URLResolver] = [
    path("apply", value_imports.value_apply, name="value_apply"),
    path("again", value_imports.value_again, name="value_again"),
    path("progress", value_imports.value_progress, name="value_progress"),
    path("refused", value_imports.value_refused, name="value_refused"),
    path("undo", value_imports.value_undo, name="value_undo"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("results", results.results, name="results"),
    path("results/indicators/<str:code>", results.indicator, name="indicator"),
    path("results/indicators/<str:code>/", include(indicator)),
    path("results/imports", value_imports.value_batches, name="value_batches"),
    path("results/imports/new", value_imports.value_import, name="value_import"),
    path("results/imports/sheet", value_imports.value_sheet, name="value_sheet"),
    path("results/imports/<int:pk>", value_imports.value_batch, name="value_batch"),
    path("results/imports/<int:pk>/", include(value_batch)),
    path("framework", framework.framework, name="framework"),
    path("framework/", include(of_framework)),
    path("outcomes", outcomes.outcomes, name="outcomes"),
    path("outcomes/new", outcomes.outcome_new, name="outcome_new"),
    path("outcomes/<int:pk>", outcomes.outcome, name="outcome"),
    path("outcomes/<int:pk>/", include(outcome)),
    path("closings", closings.closings, name="closings"),
    path("closings/approve", closings.closings_approve, name="closings_approve"),
    path("closings/restatements", closings.restatements, name="restatements"),
    path("closings/<int:pk>", closings.closing, name="closing"),
    path("closings/<int:pk>/", include(closing)),
    path("periods/new", closings.period_new, name="period_new"),
    path("periods/<int:pk>/edit", closings.period_edit, name="period_edit"),
    path("periods/<int:pk>/begin", closings.closing_open, name="closing_open"),
]
