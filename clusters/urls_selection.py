from django.urls import URLPattern, URLResolver, include, path

from clusters.views.selection import decide, rounds, scores, setup

candidate = [
    path("edit", setup.candidate_edit, name="selection_candidate_edit"),
    path("withdraw", setup.candidate_withdraw, name="selection_candidate_withdraw"),
    path("readmit", setup.candidate_readmit, name="selection_candidate_readmit"),
    path("scores/<int:score_pk>/remove", scores.score_remove, name="selection_score_remove"),
]

selection_round: list[URLPattern | URLResolver] = [
    path("edit", rounds.round_edit, name="selection_round_edit"),
    path("values", rounds.values, name="selection_values"),
    path("sensitivity", rounds.sensitivity, name="selection_sensitivity"),
    path("workbook", rounds.workbook, name="selection_workbook"),
    path("parameters", setup.setup, name="selection_setup"),
    path("parameters/new", setup.parameter_new, name="selection_parameter_new"),
    path("parameters/<int:parameter_pk>/edit", setup.parameter_edit, name="selection_parameter_edit"),
    path("parameters/<int:parameter_pk>/scores", scores.sheet, name="selection_sheet"),
    path("weights", setup.weights, name="selection_weights"),
    path("candidates/new", setup.candidate_new, name="selection_candidate_new"),
    path("candidates/<int:candidate_pk>", scores.candidate, name="selection_candidate"),
    path("candidates/<int:candidate_pk>/", include(candidate)),
    path("decide", decide.decide, name="selection_decide"),
    path("close", decide.close, name="selection_close"),
    path("reopen", decide.reopen, name="selection_reopen"),
]

selection: list[URLPattern | URLResolver] = [
    path("new", rounds.round_new, name="selection_round_new"),
    path("<int:pk>", rounds.selection_round, name="selection_round"),
    path("<int:pk>/", include(selection_round)),
]
