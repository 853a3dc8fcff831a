"""The library of cases: what technologies changed in firms, as a matrix that can be compared, and what policies did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT

from clusters.models import Cluster, Programme
from diagnostics.models import ImpactClaim, Submission, UsedTechnology
from diagnostics.models.submission import SubmissionQuerySet
from diagnostics.queries.labels import Labels
from diagnostics.rules.adoption import Direction, Mark, SubDimension, mark_of
from diagnostics.rules.answers import rows_of
from diagnostics.rules.kinds import Kind
from twinning.core.models import User

MOST_CASES = 200  # that are compared on one page or in one report


@dataclass(frozen=True, slots=True)
class Claim:
    """``area``: one of the ten sub-dimensions, or another word where a questionnaire of one's own asks for it."""

    area: str
    direction: str
    value: str
    unit: str
    evidence: str
    inferred: bool

    @property
    def mark(self) -> Mark:
        return mark_of([(self.direction, self.inferred)])

    @property
    def direction_label(self) -> str:
        return str(Direction(self.direction).label) if self.direction in Direction.values else self.direction

    @property
    def size(self) -> str:
        return " ".join(part for part in (self.value, self.unit) if part)


@dataclass(frozen=True, slots=True)
class Figure:
    """``also``: what the same source says elsewhere, where it contradicts itself."""

    name: str
    value: str
    also: str = ""
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AdoptionCase:
    """One row of the matrix. ``technologies`` are words; ``claims`` stand in the order of the form."""

    pk: int
    firm: str
    country: str
    product: str
    technologies: tuple[str, ...]
    claims: tuple[Claim, ...]
    figures: tuple[Figure, ...]
    illustrative: bool = False

    def claims_in(self, area: str) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.area == area)

    def mark(self, area: str) -> Mark:
        return mark_of((claim.direction, claim.inferred) for claim in self.claims_in(area))

    @property
    def marks(self) -> list[tuple[SubDimension, Mark, tuple[Claim, ...]]]:
        """The ten cells: sub-dimension, mark, claims behind it."""
        return [(area, self.mark(area), self.claims_in(area)) for area in SubDimension]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AdoptionCase:
        return cls(
            **data
            | {
                "technologies": tuple(data["technologies"]),
                "claims": tuple(Claim(**claim) for claim in data["claims"]),
                "figures": tuple(Figure(**figure) for figure in data["figures"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Column:
    area: SubDimension
    claimed: int
    inferred: int

    @property
    def marked(self) -> int:
        return self.claimed + self.inferred


@dataclass(frozen=True, slots=True)
class AdoptionMatrix:
    """Firms by the ten sub-dimensions. ``more``: there are cases beyond MOST_CASES, which are not in it."""

    cases: tuple[AdoptionCase, ...]
    more: bool = False

    def columns(self) -> list[Column]:
        marks = [{area: mark for area, mark, _claims in case.marks} for case in self.cases]
        return [
            Column(
                area,
                sum(row[area] is Mark.CLAIMED for row in marks),
                sum(row[area] is Mark.INFERRED for row in marks),
            )
            for area in SubDimension
        ]

    def to_json(self) -> dict[str, Any]:
        """Without the keys of the records, so that equal cases give equal data."""
        return {"cases": [asdict(case) | {"pk": 0} for case in self.cases], "more": self.more}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AdoptionMatrix:
        return cls(tuple(AdoptionCase.from_json(case) for case in data["cases"]), data["more"])


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """``challenges_inferred``: whoever recorded the case concluded them; the source does not name them."""

    pk: int
    title: str
    country: str
    area: str
    issue: str
    instrument: str
    challenges: tuple[str, ...]
    challenges_inferred: bool
    figures: tuple[Figure, ...]
    note: str = ""
    illustrative: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"pk": 0}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PolicyCase:
        figures = tuple(Figure(**figure) for figure in data["figures"])
        return cls(**data | {"challenges": tuple(data["challenges"]), "figures": figures})


# Reading --------------------------------------------------------------------------------------------------


def library(
    kind: Kind, programme: Programme, actor: User | None, clusters: Sequence[Cluster] | None = None
) -> SubmissionQuerySet:
    """The approved cases of a kind that the actor may read; None is the operator, who reads all.

    ``clusters``: only those of these clusters and those about none; None takes all.
    """
    rows = Submission.objects.all() if actor is None else Submission.objects.visible_to(actor)
    rows = rows.in_force().filter(programme=programme, kind=kind)
    if clusters is not None:
        rows = rows.filter(Q(cluster__in=clusters) | Q(cluster=None))
    return rows


def adoption_matrix(rows: SubmissionQuerySet) -> AdoptionMatrix:
    """``rows``: what ``library`` gave, perhaps narrowed. By firm, in the order of their names."""
    found = list(
        rows.select_related("organisation")
        .defer("revisions", "clashes")
        .prefetch_related("impactclaims", "usedtechnologys")
        .order_by("title", "id")[: MOST_CASES + 1]
    )
    labels = Labels(case.questionnaire_version_id for case in found)
    cases = [adoption_case(case, labels) for case in found[:MOST_CASES]]
    # Databases disagree on where capitals and accents stand.
    return AdoptionMatrix(
        tuple(sorted(cases, key=lambda case: case.firm.casefold())), len(found) > MOST_CASES
    )


def adoption_case(case: Submission, labels: Labels) -> AdoptionCase:
    answers = case.answers
    return AdoptionCase(
        pk=case.pk,
        firm=case.organisation.name if case.organisation else case.title,
        country=str(answers.get("country", "")),
        product=str(answers.get("product", "")),
        technologies=labels.all_of("technologies", [used.name for used in case.usedtechnologys.all()]),
        claims=tuple(claim_of(claim) for claim in case.impactclaims.all()),
        figures=tuple(figures_of(answers, labels)),
        illustrative=case.illustrative,
    )


def claim_of(row: ImpactClaim) -> Claim:
    return Claim(row.area, row.direction, row.value, row.unit, row.evidence, row.inferred)


def figures_of(answers: dict[str, Any], labels: Labels) -> Iterable[Figure]:
    for row in rows_of(answers, "figures"):

        def say(name: str, row: str = row) -> str:
            return str(answers.get(f"figures/{row}/{name}") or "")

        kind = say("figure_kind")
        yield Figure(
            name=say("figure"),
            value=say("figure_value"),
            also=say("figure_also"),
            note=say("figure_note"),
            kind=labels.of("figure_kind", kind) if kind else "",
        )


def policy_cases(rows: SubmissionQuerySet) -> tuple[list[PolicyCase], bool]:
    """The cases by broad area and issue, in the order of their lists; and whether there are more than these."""
    found = list(rows.defer("revisions", "clashes").order_by("title", "id")[: MOST_CASES + 1])
    labels = Labels(case.questionnaire_version_id for case in found)
    shown = found[:MOST_CASES]
    areas = labels.ordered("area", dict.fromkeys(str(case.answers.get("area", "")) for case in shown))
    issues = labels.ordered("issue", dict.fromkeys(str(case.answers.get("issue", "")) for case in shown))
    shown.sort(
        key=lambda case: (
            areas.index(str(case.answers.get("area", ""))),
            issues.index(str(case.answers.get("issue", ""))),
        )
    )
    return [policy_case(case, labels) for case in shown], len(found) > MOST_CASES


def policy_case(case: Submission, labels: Labels) -> PolicyCase:
    answers = case.answers

    def say(name: str) -> str:
        value = str(answers.get(name) or "")
        own = str(answers.get(f"{name}_other") or "") if value == "other" else ""
        return own or (labels.of(name, value) if value else "")

    challenges = answers.get("challenge") or []
    named = challenges if isinstance(challenges, list) else [str(challenges)]
    return PolicyCase(
        pk=case.pk,
        title=case.title,
        country=str(answers.get("country", "")),
        area=say("area"),
        issue=say("issue"),
        instrument=str(answers.get("instrument", "")),
        challenges=labels.all_of("challenge", named),
        challenges_inferred=answers.get("challenge_inferred") == "yes",
        figures=tuple(figures_of(answers, labels)),
        note=str(answers.get("case_note", "")),
        illustrative=case.illustrative,
    )


# What a list can be narrowed by ---------------------------------------------------------------------------


def technologies_in(rows: SubmissionQuerySet) -> list[tuple[str, str]]:
    """(name, label) of the technologies of these cases, by label."""
    used = UsedTechnology.objects.filter(submission__in=rows.order_by().values("pk"))
    names = list(used.order_by("name").values_list("name", flat=True).distinct()[:MOST_CASES])
    return _labelled(names, "technologies", _labels(rows))


def choices_in(rows: SubmissionQuerySet, *questions: str) -> dict[str, list[tuple[str, str]]]:
    """{question: (answer, label) of the different answers that these cases give}, by label."""
    labels = _labels(rows)
    found = {}
    for question in questions:
        said = rows.order_by().annotate(said=KT(f"answers__{question}")).filter(said__isnull=False)
        values = said.values_list("said", flat=True).distinct()[:MOST_CASES]
        found[question] = _labelled(values, question, labels)
    return found


def translations_of(rows: SubmissionQuerySet, *questions: str) -> dict[str, dict[str, str]]:
    """{a choice of these questions in words: {language: the same}}, for who reads in another language."""
    return _labels(rows).translations(questions)


def _labels(rows: SubmissionQuerySet) -> Labels:
    return Labels(rows.order_by().values_list("questionnaire_version_id", flat=True).distinct())


def _labelled(names: Iterable[str], question: str, labels: Labels) -> list[tuple[str, str]]:
    pairs = ((name, labels.of(question, name)) for name in names)
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def narrowed(rows: SubmissionQuerySet, **chosen: str) -> SubmissionQuerySet:
    """``chosen``: {question: answer}; ``technology`` is one of those in use. Blank ones do not narrow."""
    for name, value in chosen.items():
        if value and name == "technology":
            rows = rows.filter(usedtechnologys__name=value)
        elif value:
            rows = rows.filter(**{f"answers__{name}": value})
    return rows
