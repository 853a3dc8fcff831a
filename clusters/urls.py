from django.urls import URLPattern, URLResolver, include, path

from clusters.urls_selection import selection
from clusters.views import (
    agreements,
    clusters,
    committee,
    members,
    organisations,
    people,
    programmes,
    rates,
    twinnings,
)
from clusters.views.selection import rounds

cluster = [
    path("edit", clusters.cluster_edit, name="cluster_edit"),
    path("figures/new", clusters.figure_new, name="figure_new"),
    path("figures/<int:pk>/edit", clusters.figure_edit, name="figure_edit"),
    path("figures/<int:pk>/prefer", clusters.figure_prefer, name="figure_prefer"),
    path("product-groups/new", clusters.product_group_new, name="product_group_new"),
    path("product-groups/<int:pk>/edit", clusters.product_group_edit, name="product_group_edit"),
    path("agents/new", clusters.engagement_new, name="engagement_new"),
    path("agents/<int:pk>/edit", clusters.engagement_edit, name="engagement_edit"),
]

organisation = [
    path("edit", organisations.organisation_edit, name="organisation_edit"),
    path("firm", organisations.firm_edit, name="firm_edit"),
    path("roles/new", organisations.role_new, name="role_new"),
    path("roles/<int:role_pk>/end", organisations.role_end, name="role_end"),
]

agreement = [
    path("edit", agreements.agreement_edit, name="agreement_edit"),
    path("parties/new", agreements.party_new, name="party_new"),
    path("parties/<int:party_pk>/remove", agreements.party_remove, name="party_remove"),
    path("claims/new", agreements.claim_new, name="claim_new"),
    path("claims/<int:claim_pk>/edit", agreements.claim_edit, name="claim_edit"),
    path("claims/<int:claim_pk>/prefer", agreements.claim_prefer, name="claim_prefer"),
    path("documents/new", agreements.document_new, name="document_new"),
    path("documents/<int:attachment_pk>/remove", agreements.document_remove, name="document_remove"),
]

twinning = [
    path("edit", twinnings.twinning_edit, name="twinning_edit"),
    path("move", twinnings.twinning_move, name="twinning_move"),
]

committee_room = [
    path("meetings/new", committee.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>", committee.meeting, name="meeting"),
    path("meetings/<int:pk>/edit", committee.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/decisions/new", committee.decision_new, name="decision_new"),
]

programme: list[URLPattern | URLResolver] = [
    path("", programmes.programme, name="programme"),
    path("edit", programmes.programme_edit, name="programme_edit"),
    path("partners/new", programmes.partner_new, name="partner_new"),
    path("components/new", programmes.component_new, name="component_new"),
    path("components/<int:pk>/edit", programmes.component_edit, name="component_edit"),
    path("components/<int:pk>/place", programmes.component_place, name="component_place"),
    path("clusters", clusters.clusters, name="clusters"),
    path("clusters/new", clusters.cluster_new, name="cluster_new"),
    path("clusters/<slug:cluster_slug>", clusters.cluster, name="cluster"),
    path("clusters/<slug:cluster_slug>/", include(cluster)),
    path("organisations", organisations.organisations, name="organisations"),
    path("organisations/new", organisations.organisation_new, name="organisation_new"),
    path("organisations/names", organisations.organisation_names, name="organisation_names"),
    path("organisations/<int:pk>", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/", include(organisation)),
    path("people", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/edit", people.person_edit, name="person_edit"),
    path("twinnings", twinnings.twinnings, name="twinnings"),
    path("twinnings/new", twinnings.twinning_new, name="twinning_new"),
    path("twinnings/<slug:twinning_slug>", twinnings.twinning, name="twinning"),
    path("twinnings/<slug:twinning_slug>/", include(twinning)),
    path("agreements", agreements.agreements, name="agreements"),
    path("agreements/new", agreements.agreement_new, name="agreement_new"),
    path("agreements/<int:pk>", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/", include(agreement)),
    path("selection", rounds.rounds, name="selection"),
    path("selection/", include(selection)),
    path("committee", committee.committee, name="committee"),
    path("committee/", include(committee_room)),
    path("rates", rates.rates, name="rates"),
    path("rates/new", rates.rate_new, name="rate_new"),
    path("rates/upload", rates.rates_upload, name="rates_upload"),
    path("rates/<int:pk>/withdraw", rates.rate_withdraw, name="rate_withdraw"),
    path("members", members.members, name="members"),
    path("members/new", members.member_new, name="member_new"),
    path("members/<int:pk>/end", members.member_end, name="member_end"),
]

urlpatterns = [
    path("", programmes.home, name="home"),
    path("programmes/new", programmes.programme_new, name="programme_new"),
    path("p/<slug:programme_slug>/", include(programme)),
]
