"""Writes what answers say as rows of their own (``models.parts``), in the transaction that writes the answers.

A row keeps its id as long as its row in the form lives, so that an address of it stays good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clusters.models import Organisation
from diagnostics.models import (
    AOBOItem,
    BaselineValue,
    Finding,
    Gap,
    ImpactClaim,
    Intervention,
    ReadinessScore,
    SampledFirm,
    Submission,
    Topic,
    TrainingFinding,
    TrainingModule,
    TrainingNeed,
    UsedTechnology,
)
from diagnostics.models.parts import Part
from diagnostics.rules.answers import rows_of
from diagnostics.rules.expressions import number_of
from diagnostics.rules.kinds import Kind
from diagnostics.rules.reading import words_of
from diagnostics.rules.scoring import pillar_scores

Values = dict[str, Any]
Reader = Callable[[Submission], Iterator[tuple[str, Values]]]
_YES, _OTHER = "yes", "other"


def write_parts(submission: Submission) -> None:
    """Bring the rows of this form to what its answers say now."""
    for model, read in _PARTS.get(Kind(submission.kind), []):
        _bring(submission, model, dict(read(submission)))


def _bring(submission: Submission, model: type[Part], wanted: dict[str, Values]) -> None:
    rows = model._default_manager.filter(submission=submission)
    standing = {part.row: part for part in rows}
    if gone := [part.pk for row, part in standing.items() if row not in wanted]:
        rows.filter(pk__in=gone).delete()
    made, changed = [], []
    for place, (row, values) in enumerate(wanted.items()):
        values["place"] = place
        part = standing.get(row)
        if part is None:
            made.append(model(submission=submission, row=row, **values))
        elif any(getattr(part, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(part, name, value)
            changed.append((part, list(values)))
    model._default_manager.bulk_create(made, batch_size=200)
    if changed:
        model._default_manager.bulk_update([part for part, _names in changed], changed[0][1], batch_size=100)


def _rows(submission: Submission, repeat: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The rows of a repeat, each with a function that gives its answers by name."""
    answers = submission.answers
    for row in rows_of(answers, repeat):

        def say(name: str, default: Any = "", row: str = row) -> Any:
            return answers.get(f"{repeat}/{row}/{name}", default)

        yield row, say


def _number(value: Any) -> Decimal | None:
    """As far as the columns go, whatever a programme's own questionnaire lets people type here."""
    found = number_of(value)
    return found if found is not None and abs(found) < 10**15 else None


def _count(value: Any) -> int | None:
    found = number_of(value)
    return int(found) if found is not None and 0 <= found < 2_000_000_000 else None


def _line(value: Any, longest: int = 300) -> str:
    """An answer as one line: a programme's own questionnaire may ask for a list or for many words here."""
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value))[:longest]


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else str(value).split()


def _year(value: Any) -> int | None:
    found = number_of(value)
    return int(found) if found is not None and 0 < found < 10_000 else None


def _firms(submission: Submission) -> Iterator[tuple[str, Values]]:
    known = _organisations(submission)
    for row, say in _rows(submission, "firms"):
        name = say("firm")
        if not name:
            continue
        organisation = known.get(name.casefold())
        yield (
            row,
            {
                "organisation_id": organisation,
                "name": name,
                "groups": say("firm_groups", []),
                "size": say("firm_size"),
            },
        )


def _organisations(submission: Submission) -> dict[str, int]:
    """The programme's organisations by the names that a form may call them."""
    rows = Organisation.objects.filter(programme=submission.programme_id).values_list(
        "pk", "name", "short_name"
    )
    found: dict[str, int] = {}
    for pk, name, short in rows:
        found |= {word.casefold(): pk for word in (short, name) if word}
    return found


def _aobo(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "aobo"):
        yield (
            row,
            {
                "firms": say("aobo_firms"),
                "item": say("aobo_item"),
                "issue": say("aobo_issue"),
                "stakeholders": say("aobo_stakeholders"),
                "entry_points": say("aobo_entry"),
                "where": say("aobo_where"),
                "countries": say("aobo_countries", "").split() if say("aobo_countries") else [],
                "stakeholder_kind": say("aobo_kind"),
                "standing": say("aobo_status") or AOBOItem.Standing.OPEN,
                "reason": say("aobo_reason"),
            },
        )


def _baseline(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "baseline"):
        if say("measure"):
            yield (
                row,
                {
                    "measure": say("measure"),
                    "value": _number(say("measure_value")),
                    "unit": say("measure_unit"),
                    "year": _year(say("measure_year")),
                    "source": say("measure_source"),
                },
            )


def _findings(submission: Submission) -> Iterator[tuple[str, Values]]:
    answers = submission.answers
    for subject in Finding.Subject:
        text = answers.get(subject.value, "")
        values: Values = {"text": text, "willingness": None, "conditions": ""}
        if subject is Finding.Subject.WILLINGNESS:
            level = number_of(text)
            values = {
                "text": text,
                "willingness": int(level) if level is not None else None,
                "conditions": answers.get("conditions", ""),
            }
        if values["text"] or values["conditions"]:
            yield subject.value, values


def _topics(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "topics"):
        if say("topic"):
            yield (
                row,
                {
                    "name": say("topic"),
                    "emerging_priority": say("topic_emerging"),
                    "advanced_priority": say("topic_advanced"),
                    "closed": say("topic_closed") == _YES,
                },
            )


def _gaps(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "gaps"):
        area = say("gap_area")
        if area:
            yield (
                row,
                {
                    "area": _line(say("gap_area_other") or area if area == _OTHER else area, 60),
                    "score": _score(say("gap_score")),
                    "recommendation": say("gap_recommendation"),
                },
            )


def _score(value: Any) -> Decimal | None:
    """As far as the column goes; whether it is between 0 and 5 is said when the form is submitted."""
    found = number_of(value)
    return found.quantize(Decimal("0.01")) if found is not None and abs(found) < 10_000 else None


def _interventions(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "interventions"):
        if say("intervention"):
            yield (
                row,
                {
                    "area": _line(say("intervention")),
                    "identified": _list(say("intervention_modes", [])),
                    "ratified": _list(say("intervention_ratified", [])),
                    "qualifier": _line(say("intervention_qualifier")),
                },
            )


def _impacts(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "impacts"):
        if say("impact_area"):
            yield (
                row,
                {
                    "area": _line(say("impact_area"), 40),
                    "direction": _line(say("impact_direction"), 12),
                    "value": _line(say("impact_value")),
                    "unit": _line(say("impact_unit")),
                    "evidence": say("impact_evidence"),
                    "inferred": say("impact_inferred") == _YES,
                },
            )


def _technologies(submission: Submission) -> Iterator[tuple[str, Values]]:
    answers = submission.answers
    chosen = _list(answers.get("technologies", []))
    if _OTHER in chosen:
        form = submission.questionnaire_version.form
        own = words_of(form, {**answers, "technologies": [_OTHER]}, "technologies", "", "technologies_other")
        chosen = [name for name in chosen if name != _OTHER] + list(own)
    for place, name in enumerate(dict.fromkeys(_line(name, 120) for name in chosen)):
        yield f"t{place}", {"name": name}


def _training_findings(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "findings"):
        if say("finding"):
            yield (
                row,
                {
                    "area": _line(say("finding_area"), 60),
                    "text": say("finding"),
                    "evidence": say("finding_evidence"),
                },
            )


def _training_needs(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "training_needs"):
        if say("need"):
            yield (
                row,
                {
                    "need": _line(say("need")),
                    "audience": _line(say("need_for"), 60),
                    "priority": _line(say("need_priority"), 20),
                    "people": _count(say("need_people")),
                    "modules": _numbers(say("need_modules")),
                },
            )


def _numbers(text: Any) -> list[int]:
    """ "1, 3 and 4" -> [1, 3, 4]."""
    return [int(number) for number in dict.fromkeys(re.findall(r"\d{1,4}", _line(text)))]


def _training_modules(submission: Submission) -> Iterator[tuple[str, Values]]:
    for row, say in _rows(submission, "modules"):
        if say("module"):
            yield (
                row,
                {
                    "number": _count(say("module_number")),
                    "title": _line(say("module")),
                    "content": say("module_content"),
                    "mode": _line(say("module_mode"), 20),
                    "level": _line(say("module_level"), 60),
                    "days": _number(say("module_days")),
                    "language": _line(say("module_language")),
                },
            )


def _readiness(submission: Submission) -> Iterator[tuple[str, Values]]:
    wave = submission.answers.get("wave", "")
    form = submission.questionnaire_version.form
    for place, score in enumerate(pillar_scores(form, submission.answers, timezone.localdate())):
        yield (
            f"p{place}",
            {
                "pillar": score.pillar[:60],
                "wave": wave if wave in ReadinessScore.Wave.values else "",
                "points": score.points,
                "most": score.most,
                "answered": score.answered,
                "asked": score.asked,
            },
        )


_PARTS: dict[Kind, list[tuple[type[Part], Reader]]] = {
    Kind.EMERGING: [(SampledFirm, _firms), (AOBOItem, _aobo), (BaselineValue, _baseline), (Topic, _topics)],
    Kind.ADVANCED: [(Finding, _findings), (Topic, _topics)],
    Kind.TRAINING: [
        (TrainingFinding, _training_findings),
        (TrainingNeed, _training_needs),
        (TrainingModule, _training_modules),
    ],
    Kind.EXCELLENCE: [(Gap, _gaps), (Intervention, _interventions)],
    Kind.READINESS: [(ReadinessScore, _readiness)],
    Kind.ADOPTION: [(ImpactClaim, _impacts), (UsedTechnology, _technologies)],
}
