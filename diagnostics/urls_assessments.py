from django.urls import URLPattern, URLResolver, path

from diagnostics.views import assessments

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "p/<slug:programme_slug>/diagnostics/<int:pk>/results",
        assessments.assessment_results,
        name="assessment_results",
    ),
    path(
        "p/<slug:programme_slug>/diagnostics/clusters/<slug:cluster_slug>",
        assessments.cluster_assessments,
        name="cluster_assessments",
    ),
    path(
        "p/<slug:programme_slug>/diagnostics/adoption",
        assessments.adoption_matrix,
        name="adoption_matrix",
    ),
    path(
        "p/<slug:programme_slug>/diagnostics/adoption.xlsx",
        assessments.adoption_matrix_xlsx,
        name="adoption_matrix_xlsx",
    ),
    path(
        "p/<slug:programme_slug>/diagnostics/policies",
        assessments.policy_cases,
        name="policy_cases",
    ),
]
