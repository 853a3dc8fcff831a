from django.urls import URLPattern, URLResolver, include, path

from activities.views import detail, edit, fragments, joint, log, participants, saved, timeline

activity: list[URLPattern | URLResolver] = [
    path("history", detail.activity_history, name="activity_history"),
    path("edit", edit.activity_edit, name="activity_edit"),
    path("period", edit.activity_period, name="activity_period"),
    path("remove", edit.activity_remove, name="activity_remove"),
    path("restore", edit.activity_restore, name="activity_restore"),
    path("join", joint.activity_join, name="activity_join"),
    path("split/<slug:cluster_slug>", joint.activity_split, name="activity_split"),
    path("merge/<int:other_pk>", joint.activity_merge, name="activity_merge"),
    path("apart/<int:other_pk>", joint.activity_apart, name="activity_apart"),
    path("apart/<int:other_pk>/undo", joint.activity_apart_undo, name="activity_apart_undo"),
    path("participants", participants.participants, name="participants"),
    path("participants/<int:row_pk>/edit", participants.participant_edit, name="participant_edit"),
    path("participants/<int:row_pk>/remove", participants.participant_remove, name="participant_remove"),
    path("files/new", detail.evidence_new, name="evidence_new"),
    path("files/<int:attachment_pk>/remove", detail.evidence_remove, name="evidence_remove"),
]

programme: list[URLPattern | URLResolver] = [
    path("new", edit.activity_new, name="activity_new"),
    path("timeline", timeline.timeline, name="timeline"),
    path("reading", log.activity_reading, name="activity_reading"),
    path("doubtful", edit.doubtful_periods, name="doubtful_periods"),
    path("removed", edit.removed_activities, name="removed_activities"),
    path("people", participants.person_names, name="person_names"),
    path("views/save", saved.view_save, name="view_save"),
    path("views/<int:pk>/forget", saved.view_forget, name="view_forget"),
    path("summary", fragments.activity_summary_fragment, name="activity_summary_fragment"),
    path(
        "of-organisation/<int:pk>",
        fragments.organisation_activities_fragment,
        name="organisation_activities_fragment",
    ),
    path("<int:pk>", detail.activity, name="activity"),
    path("<int:pk>/", include(activity)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<slug:programme_slug>/activities", log.activities, name="activities"),
    path("p/<slug:programme_slug>/activities/", include(programme)),
    path("", include("activities.urls_imports")),
]
