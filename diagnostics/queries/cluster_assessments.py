"""The assessments of a cluster together: means, distributions, needs. Firms are seen in them only three at a time.

What is summed up here are all approved assessments of the cluster, whoever asks: sums over three firms and more are
for everybody who reads studies in the programme, the single forms only for those who see them (DOMAIN part 6, 9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.fields.json import KeyTextTransform

from clusters.models import Cluster
from diagnostics.models import Gap, Intervention, ReadinessScore, Submission, TrainingModule, TrainingNeed
from diagnostics.queries.labels import Labels
from diagnostics.rules import scoring
from diagnostics.rules.expressions import number_of
from diagnostics.rules.kinds import ASSESSMENTS, Kind
from diagnostics.rules.review import Status
from twinning.core import small_cells
from twinning.core.models import User

MOST_ROWS = 5_000  # newest rows that a mean is made of: some hundred firms
MOST_NEEDS = 200
MOST_FORMS = 50

_Scores = dict[tuple[Hashable, str], list[scoring.PillarScore]]  # by firm and wave


def _in_force(rows: QuerySet[Any], cluster: int, kind: Kind) -> QuerySet[Any]:
    """Rows of approved forms of a cluster, those of the latest forms first."""
    return rows.filter(
        submission__cluster=cluster, submission__kind=kind, submission__status=Status.APPROVED
    ).order_by(F("submission__held_on").desc(nulls_last=True), "-submission_id", "place")


def firm_key(organisation: int | None, title: str) -> Hashable:
    """By what a firm is counted once: its record, or its name where it has none."""
    return organisation if organisation is not None else title.casefold()


# Excellence gaps ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExcellenceMeans:
    """``means``: by area, in the order of the list of areas; ``labels``: {area: in words}."""

    means: list[scoring.Mean]
    labels: dict[str, str] = field(default_factory=dict)
    firms: int = 0

    @property
    def shown_firms(self) -> int | None:
        return small_cells.shown(self.firms, self.firms)


def excellence_means(cluster: int) -> ExcellenceMeans:
    """The mean score of each area over the latest approved analysis of each firm of a cluster (two queries).

    A form that covers several units together is no firm and is left out.
    """
    rows = _in_force(Gap.objects.all(), cluster, Kind.EXCELLENCE).annotate(
        units=KeyTextTransform("units_covered", "submission__answers")
    )
    latest: dict[Hashable, int] = {}
    versions: set[int] = set()
    values: list[tuple[Hashable, str, Decimal | None]] = []
    for form, version, organisation, title, units, area, score in rows.values_list(
        "submission_id",
        "submission__questionnaire_version_id",
        "submission__organisation_id",
        "submission__title",
        "units",
        "area",
        "score",
    )[:MOST_ROWS]:
        if (number_of(units) or 1) > 1:
            continue
        firm = firm_key(organisation, title)
        if latest.setdefault(firm, form) == form:
            values.append((firm, area, score))
            versions.add(version)
    labels = Labels(versions)
    by_area = {mean.key: mean for mean in scoring.means(values)}
    ordered = [by_area[area] for area in labels.ordered("gap_area", by_area)]
    words = {mean.key: labels.of("gap_area", mean.key) for mean in ordered}
    return ExcellenceMeans(ordered, words, len(latest))


@dataclass(frozen=True, slots=True)
class ClusterInterventions:
    """``forms``: over how many analyses; ``units``: how many units these cover; ``modes``: (name, label)."""

    rows: list[scoring.InterventionRow]
    forms: int
    units: int
    modes: list[tuple[str, str]]


def modes_of(labels: Labels) -> list[tuple[str, str]]:
    return list(zip(scoring.MODES, labels.all_of("intervention_modes", scoring.MODES), strict=True))


def cluster_interventions(cluster: int) -> ClusterInterventions:
    """The intervention matrix over the approved analyses of a cluster (two queries)."""
    rows = _in_force(Intervention.objects.all(), cluster, Kind.EXCELLENCE).annotate(
        units=KeyTextTransform("units_covered", "submission__answers")
    )
    units: dict[int, int] = {}
    versions: set[int] = set()
    found = []
    for form, version, covered, area, identified, ratified, qualifier in rows.values_list(
        "submission_id",
        "submission__questionnaire_version_id",
        "units",
        "area",
        "identified",
        "ratified",
        "qualifier",
    )[:MOST_ROWS]:
        units[form] = int(number_of(covered) or 1)
        versions.add(version)
        found.append(scoring.Intervention(area, tuple(identified), tuple(ratified), qualifier))
    matrix = scoring.intervention_matrix(found)
    return ClusterInterventions(matrix, len(units), sum(units.values()), modes_of(Labels(versions)))


# Readiness ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PillarMeans:
    """One pillar over the firms of a cluster, before and after; in percent."""

    label: str
    before: scoring.Mean | None
    after: scoring.Mean | None
    change: scoring.Mean | None  # over the firms that have both


@dataclass(frozen=True, slots=True)
class WaveBands:
    """How the totals of the firms of one wave are spread over ``scoring.BANDS``."""

    wave: str
    firms: int
    counts: list[int | None]

    @property
    def shown_firms(self) -> int | None:
        return small_cells.shown(self.firms, self.firms)


@dataclass(frozen=True, slots=True)
class FirmReadiness:
    """One firm that the reader sees; in percent over all pillars. ``form``: the latest of its assessments."""

    firm: str
    form: int
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return self.after - self.before if self.before is not None and self.after is not None else None


@dataclass(frozen=True, slots=True)
class ClusterReadiness:
    pillars: list[PillarMeans]
    bands: list[WaveBands]
    firms: list[FirmReadiness]


def cluster_readiness(cluster: int, user: User) -> ClusterReadiness:
    """Readiness before and after over the latest approved assessment of each firm and wave (three queries)."""
    rows = _in_force(ReadinessScore.objects.exclude(wave=""), cluster, Kind.READINESS)
    latest: dict[tuple[Hashable, str], int] = {}
    names: dict[Hashable, str] = {}
    scores: dict[tuple[Hashable, str], list[scoring.PillarScore]] = {}
    versions: set[int] = set()
    for form, version, organisation, name, title, wave, *numbers in rows.values_list(
        "submission_id",
        "submission__questionnaire_version_id",
        "submission__organisation_id",
        "submission__organisation__name",
        "submission__title",
        "wave",
        "pillar",
        "points",
        "most",
        "answered",
        "asked",
    )[:MOST_ROWS]:
        key = (firm_key(organisation, title), wave)
        if latest.setdefault(key, form) == form:
            scores.setdefault(key, []).append(scoring.PillarScore(*numbers))
            versions.add(version)
            names[key[0]] = name or title
    visible = Submission.objects.visible_to(user).filter(pk__in=latest.values())
    seen = set(visible.values_list("pk", flat=True))
    firms = _firm_by_firm({key: form for key, form in latest.items() if form in seen}, scores, names)
    return ClusterReadiness(_pillar_means(scores, Labels(versions)), _bands(scores), firms)


def _firm_by_firm(
    forms: dict[tuple[Hashable, str], int], scores: _Scores, names: dict[Hashable, str]
) -> list[FirmReadiness]:
    shares = {key: scoring.total(scores[key]).share for key in forms}
    lines = [
        FirmReadiness(
            names[firm],
            forms.get((firm, "post"), forms.get((firm, "pre"), 0)),
            shares.get((firm, "pre")),
            shares.get((firm, "post")),
        )
        for firm in dict.fromkeys(firm for firm, _wave in forms)
    ]
    return sorted(lines, key=lambda line: line.firm.casefold())[:MOST_FORMS]


def _pillar_means(scores: _Scores, labels: Labels) -> list[PillarMeans]:
    by_wave: dict[str, list[tuple[Hashable, str, Decimal | None]]] = {"pre": [], "post": []}
    for (firm, wave), found in scores.items():
        by_wave[wave] += [(firm, score.pillar, score.share) for score in found]
    changes: list[tuple[Hashable, str, Decimal | None]] = []
    for (firm, wave), found in scores.items():
        if wave == "pre" and (firm, "post") in scores:
            changes += [
                (firm, one.pillar, one.change) for one in scoring.compare(found, scores[firm, "post"])
            ]
    before, after, change = (
        {mean.key: mean for mean in scoring.means(values)}
        for values in (by_wave["pre"], by_wave["post"], changes)
    )
    pillars = [pillar for form in labels.forms for pillar in scoring.pillars_of(form)]
    return [
        PillarMeans(labels.pillar(pillar), before.get(pillar), after.get(pillar), change.get(pillar))
        for pillar in dict.fromkeys([*pillars, *before, *after])
        if pillar in before or pillar in after
    ]


def _bands(scores: _Scores) -> list[WaveBands]:
    found = []
    for wave in ReadinessScore.Wave.values:
        totals = [scoring.total(rows).share for (_firm, of), rows in scores.items() if of == wave]
        shares = [share for share in totals if share is not None]
        if shares:
            found.append(WaveBands(wave, len(shares), scoring.distribution(shares)))
    return found


# Training needs -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """A training need of a cluster; ``form`` is the assessment that it comes from."""

    form: int
    need: str
    audience: str
    people: int | None
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterTraining:
    """``priorities``: (priority, how many needs, those of forms that the reader sees)."""

    priorities: list[tuple[str, int, list[PlannedNeed]]]
    total: int


def cluster_training(cluster: int, user: User) -> ClusterTraining:
    """Training needs by priority over the approved assessments of a cluster (four queries)."""
    rows = _in_force(TrainingNeed.objects.all(), cluster, Kind.TRAINING)
    counts: Counter[str] = Counter()
    versions: set[int] = set()
    for version, priority, needs in (
        rows.order_by()
        .values_list("submission__questionnaire_version_id", "priority")
        .annotate(needs=Count("pk"))
    ):
        counts[priority] += needs
        versions.add(version)
    seen = list(_in_force(TrainingNeed.objects.visible_to(user), cluster, Kind.TRAINING)[:MOST_NEEDS])
    labels = Labels(versions)
    titles = {
        (form, number): title
        for form, number, title in TrainingModule.objects.filter(
            submission__in={need.submission_id for need in seen}
        ).values_list("submission_id", "number", "title")
    }
    by_priority: dict[str, list[PlannedNeed]] = {priority: [] for priority in counts}
    for need in seen:
        by_priority[need.priority].append(
            PlannedNeed(
                need.submission_id,
                need.need,
                labels.of("need_for", need.audience),
                need.people,
                tuple(
                    titles[need.submission_id, n] for n in need.modules if (need.submission_id, n) in titles
                ),
            )
        )
    return ClusterTraining(
        [
            (labels.of("need_priority", priority), counts[priority], by_priority[priority])
            for priority in labels.ordered("need_priority", by_priority)
        ],
        sum(counts.values()),
    )


# All of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClusterOverview:
    """``forms``: the newest assessments that the reader sees one by one."""

    excellence: ExcellenceMeans
    interventions: ClusterInterventions
    readiness: ClusterReadiness
    training: ClusterTraining
    forms: list[Submission]
    more: bool

    @property
    def is_empty(self) -> bool:
        return not (
            self.forms
            or self.excellence.means
            or self.interventions.rows
            or self.readiness.pillars
            or self.training.total
        )


def cluster_overview(cluster: Cluster, user: User) -> ClusterOverview:
    rows = Submission.objects.visible_to(user).filter(cluster=cluster, kind__in=ASSESSMENTS)
    rows = rows.exclude(status__in=[Status.WITHDRAWN, Status.SUPERSEDED]).for_list()
    forms = list(rows.order_by(F("held_on").desc(nulls_last=True), "-id")[: MOST_FORMS + 1])
    return ClusterOverview(
        excellence=excellence_means(cluster.pk),
        interventions=cluster_interventions(cluster.pk),
        readiness=cluster_readiness(cluster.pk, user),
        training=cluster_training(cluster.pk, user),
        forms=forms[:MOST_FORMS],
        more=len(forms) > MOST_FORMS,
    )
