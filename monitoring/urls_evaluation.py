from django.urls import URLPattern, URLResolver, include, path

from monitoring.views.evaluation import evaluations, parts, recommendations, stories

assessment: list[URLPattern] = [
    path("edit", parts.assessment_edit, name="assessment_edit"),
    path("remove", parts.assessment_remove, name="assessment_remove"),
    path("evidence/new", parts.evidence_new, name="assessment_evidence_new"),
    path("evidence/<int:evidence_pk>/remove", parts.evidence_remove, name="assessment_evidence_remove"),
]

evaluation: list[URLPattern | URLResolver] = [
    path("edit", evaluations.evaluation_edit, name="evaluation_edit"),
    path("records", evaluations.evaluation_records, name="evaluation_records"),
    path("submit", evaluations.evaluation_submit, name="evaluation_submit"),
    path("final", evaluations.evaluation_finalise, name="evaluation_finalise"),
    path("reopen", evaluations.evaluation_reopen, name="evaluation_reopen"),
    path("questions/new", parts.assessment_new, name="assessment_new"),
    path("questions/<int:part_pk>/", include(assessment)),
    path("comparison/<int:part_pk>/edit", parts.comparison_edit, name="comparison_edit"),
    path("lessons/new", parts.lesson_new, name="lesson_new"),
    path("lessons/<int:part_pk>/edit", parts.lesson_edit, name="lesson_edit"),
    path("lessons/<int:part_pk>/remove", parts.lesson_remove, name="lesson_remove"),
    path("recommendations/new", recommendations.recommendation_new, name="recommendation_new"),
]

recommendation: list[URLPattern] = [
    path("edit", recommendations.recommendation_edit, name="recommendation_edit"),
    path("remove", recommendations.recommendation_remove, name="recommendation_remove"),
    path("respond", recommendations.recommendation_respond, name="recommendation_respond"),
    path("follow-up", recommendations.recommendation_follow_up, name="recommendation_follow_up"),
]

story: list[URLPattern] = [
    path("edit", stories.story_edit, name="story_edit"),
    path("consent", stories.story_consent, name="story_consent"),
    path("withdraw", stories.story_withdraw, name="story_withdraw"),
    path("publish", stories.story_publish, name="story_publish"),
    path("unpublish", stories.story_unpublish, name="story_unpublish"),
    path("files/<int:file_pk>/remove", stories.story_paper_remove, name="story_paper_remove"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations", evaluations.evaluations, name="evaluations"),
    path("evaluations/new", evaluations.evaluation_new, name="evaluation_new"),
    path("evaluations/<int:pk>", evaluations.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/", include(evaluation)),
    path("recommendations", recommendations.recommendations, name="recommendations"),
    path("recommendations/<int:pk>", recommendations.recommendation, name="recommendation"),
    path("recommendations/<int:pk>/", include(recommendation)),
    path("stories", stories.stories, name="stories"),
    path("stories/new", stories.story_new, name="story_new"),
    path("stories/<int:pk>", stories.story, name="story"),
    path("stories/<int:pk>/", include(story)),
]
