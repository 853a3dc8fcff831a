from django.urls import URLPattern, URLResolver, include, path

from diagnostics.views import candidates, filed, review

filed_form: list[URLPattern | URLResolver] = [
    path("about", filed.form_about, name="form_about"),
    path("submit", review.form_submit, name="form_submit"),
    path("take-back", review.form_take_back, name="form_take_back"),
    path("approve", review.form_approve, name="form_approve"),
    path("return", review.form_return, name="form_return"),
    path("revise", review.form_revise, name="form_revise"),
    path("withdraw", review.form_withdraw, name="form_withdraw"),
    path("take-up", review.form_take_up, name="form_take_up"),
    path("move", review.form_move, name="form_move"),
    path("remarks/new", review.remark_new, name="remark_new"),
    path("remarks/<int:remark_pk>/close", review.remark_close, name="remark_close"),
]

programme: list[URLPattern | URLResolver] = [
    path("new", filed.form_new, name="form_new"),
    path("candidates/<slug:cluster_slug>", candidates.cluster_candidates, name="cluster_candidates"),
    path("topics/<slug:twinning_slug>", candidates.twinning_topics_fragment, name="twinning_topics_fragment"),
    path("<int:pk>", filed.filed_form, name="filed_form"),
    path("<int:pk>/", include(filed_form)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("waiting", review.waiting_fragment, name="waiting_fragment"),
    path("p/<slug:programme_slug>/diagnostics", filed.diagnostics, name="diagnostics"),
    path("p/<slug:programme_slug>/diagnostics/", include(programme)),
    path("p/<slug:programme_slug>/diagnostics/", include("diagnostics.urls_questionnaires")),
    path("", include("diagnostics.urls_assessments")),
    path("", include("diagnostics.urls_field")),
]
