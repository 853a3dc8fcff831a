"""Reads across the models of this room, as frozen dataclasses where words or states are worked out."""

from clusters.queries.agreements import AgreementLine, Party, agreement_detail, agreement_lines
from clusters.queries.clusters import cluster_detail, cluster_lines, selections_of
from clusters.queries.committee import meeting_lines, member_lines
from clusters.queries.organisations import MOST_OFFERED, are_looked_up, organisation_detail
from clusters.queries.places import PlaceLine, Tied, place_lines
from clusters.queries.programmes import (
    clusters_where,
    jobs_under_way,
    overview_of,
    programme_of,
    programme_where,
    programmes_of,
)
from clusters.queries.rates import RateQuerySet, published_span, rate_lines, rate_text
from clusters.queries.selection import candidacies_of, compare, rank_lines, round_lines, standing_outcomes
from clusters.queries.twinnings import agents_of, twinning_detail, twinning_lines, without_agent_in
from clusters.queries.words import Word, figure_text, force_word, position_text, span_text, twinning_word

__all__ = [
    "MOST_OFFERED",
    "AgreementLine",
    "Party",
    "PlaceLine",
    "RateQuerySet",
    "Tied",
    "Word",
    "agents_of",
    "agreement_detail",
    "agreement_lines",
    "are_looked_up",
    "candidacies_of",
    "cluster_detail",
    "cluster_lines",
    "clusters_where",
    "compare",
    "figure_text",
    "force_word",
    "jobs_under_way",
    "meeting_lines",
    "member_lines",
    "organisation_detail",
    "overview_of",
    "place_lines",
    "position_text",
    "programme_of",
    "programme_where",
    "programmes_of",
    "published_span",
    "rank_lines",
    "rate_lines",
    "rate_text",
    "round_lines",
    "selections_of",
    "span_text",
    "standing_outcomes",
    "twinning_detail",
    "twinning_lines",
    "twinning_word",
    "without_agent_in",
]
