"""The library of the demonstration: ten firms and six policies, and assessments that show how they work.

Filed through the services by one person and approved by another, as in a programme. What is made up says so.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clusters import services as clusters
from clusters.models import Cluster, Organisation
from diagnostics import services
from diagnostics.models import Questionnaire, QuestionnaireVersion, Submission
from diagnostics.rules.answers import Change
from diagnostics.rules.kinds import Kind
from twinning.core.models import User

DATA = Path(__file__).parent / "data"
MODES = {"W": "workshop", "U": "handholding", "R": "review"}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def load(demo: Any) -> None:
    """``demo``: a ``twinning.demo.load.Demo`` whose clusters, organisations and memberships exist."""
    filer = _Filer(demo)
    _adoption(filer, read("adoption.toml"))
    _policies(filer, read("policy_cases.toml"))
    data = read("assessments.toml")
    firms = _firms(demo, data["firms"])
    _interventions(filer, data["interventions"])
    _excellence(filer, data["excellence"], firms)
    _readiness(filer, data["readiness"], firms)
    _training(filer, data["training"])
    _waiting(filer, read("adoption.toml")["waiting"], firms)


class _Filer:
    """Fills a form as the cluster's agent and has the coordinator approve it; what is about no cluster is filled by
    the coordinator and approved by the manager."""

    AGENTS = {
        "chennai-leather": "cda.leather",
        "chennai-footwear": "cda.footwear",
        "chennai-auto": "cda.auto",
    }

    def __init__(self, demo: Any) -> None:
        self.demo = demo
        published = QuestionnaireVersion.objects.filter(
            questionnaire__in=Questionnaire.objects.filter(programme=None),
            status=QuestionnaireVersion.Status.PUBLISHED,
        ).select_related("questionnaire")
        self.versions = {version.questionnaire.slug: version for version in published}

    def file(
        self,
        kind: Kind,
        answers: Mapping[str, Any],
        *,
        cluster: str = "",
        organisation: Organisation | None = None,
        approved: bool = True,
        **values: Any,
    ) -> Submission:
        place: Cluster | None = self.demo.clusters[cluster] if cluster else None
        agent: User = self.demo.users[self.AGENTS[cluster] if cluster else "coordinator"]
        second: User = self.demo.users["coordinator" if cluster else "manager"]
        form = services.start(
            actor=agent,
            programme=self.demo.programme,
            version=self.versions[kind.value],
            cluster=place,
            organisation=organisation,
            **values,
        )
        changes = [Change(path, value, form.version) for path, value in answers.items()]
        saved = services.save_answers(actor=agent, submission=form, changes=changes)
        if saved.refused:
            raise ValueError(f"{form}: {saved.refused}")
        submitted = services.submit(actor=agent, submission=saved.submission)
        return services.approve(actor=second, submission=submitted) if approved else submitted


def rows(repeat: str, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers of the rows of a repeated group. Blank values have no entry."""
    answers: dict[str, Any] = {}
    for place, row in enumerate(found):
        answers[f"{repeat}/r{place}"] = place
        answers |= {f"{repeat}/r{place}/{name}": _plain(value) for name, value in row.items() if value != ""}
    return answers


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _figures(found: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    names = {"figure": "figure", "value": "figure_value", "also": "figure_also", "note": "figure_note"}
    names["kind"] = "figure_kind"
    return rows("figures", [{names[key]: value for key, value in figure.items()} for figure in found])


def _adoption(filer: _Filer, data: dict[str, Any]) -> None:
    for case in data["cases"]:
        evidence = case.get("evidence", {})
        claims = [_claim(area, evidence.get(area, {})) for area in case["inferred"]]
        answers = {
            "country": case["country"],
            "product": case["product"],
            "technologies": case["technologies"],
            "technologies_said": case["said"],
            "payback": case.get("payback"),
            "case_source": data["source"],
        }
        filer.file(
            Kind.ADOPTION,
            answers | rows("impacts", claims) | _figures(case["figures"]),
            title=case["firm"],
        )


def _claim(area: str, told: Mapping[str, str]) -> dict[str, str]:
    return {
        "impact_area": area,
        "impact_direction": told.get("direction", ""),
        "impact_value": told.get("value", ""),
        "impact_unit": told.get("unit", ""),
        "impact_evidence": told.get("text", ""),
        "impact_inferred": "yes",
    }


def _waiting(filer: _Filer, case: dict[str, Any], firms: Mapping[str, Organisation]) -> None:
    impacts = case.pop("impacts")
    filer.file(
        Kind.ADOPTION,
        {name: value for name, value in case.items() if name not in ("firm", "cluster")}
        | rows("impacts", impacts),
        cluster=case["cluster"],
        organisation=firms[case["firm"]],
        approved=False,
        illustrative=True,
    )


def _policies(filer: _Filer, data: dict[str, Any]) -> None:
    for case in data["cases"]:
        answers = {
            "country": case["country"],
            "area": case["area"],
            "issue": case["issue"],
            "challenge": case["challenge"],
            "challenge_inferred": "yes",
            "instrument": case["instrument"],
            "case_note": case.get("note"),
            "case_source": data["source"],
        }
        filer.file(Kind.POLICY, answers | _figures(case["figures"]), title=case["title"])


def _firms(demo: Any, named: Mapping[str, Sequence[str]]) -> dict[str, Organisation]:
    return {
        name: clusters.create_organisation(
            actor=demo.manager,
            programme=demo.programme,
            cluster=demo.clusters[cluster],
            role="principal",
            name=name,
            kind="principal-firm",
            country="IN",
            note="Made up for the demonstration.",
        )
        for cluster, names in named.items()
        for name in names
    }


def _interventions(filer: _Filer, data: dict[str, Any]) -> None:
    found = [
        {
            "intervention": row["area"],
            "intervention_modes": [MODES[letter] for letter in row["identified"]],
            "intervention_ratified": [MODES[letter] for letter in row["ratified"]],
            "intervention_qualifier": row.get("qualifier", ""),
        }
        for row in data["rows"]
    ]
    filer.file(
        Kind.EXCELLENCE,
        {"units_covered": data["units"]} | rows("interventions", found),
        cluster=data["cluster"],
        title=data["title"],
    )


def _excellence(filer: _Filer, data: dict[str, Any], firms: Mapping[str, Organisation]) -> None:
    for form in data["scores"]:
        found = [
            {
                "gap_area": area,
                "gap_score": score if score >= 0 else "",
                "gap_recommendation": data["recommendations"][area] if score <= 1 else "",
            }
            for area, score in zip(data["areas"], form["values"], strict=True)
        ]
        filer.file(
            Kind.EXCELLENCE,
            rows("gaps", found),
            cluster=form["cluster"],
            organisation=firms[form["firm"]],
            held_on=form["on"],
            illustrative=True,
        )


def _readiness(filer: _Filer, data: dict[str, Any], firms: Mapping[str, Organisation]) -> None:
    definition = filer.versions[Kind.READINESS.value].form
    for form in data["forms"]:
        answers: dict[str, Any] = {
            "wave": form["wave"],
            "with_services": "yes" if "services" in form else "no",
        }
        for pillar in definition.pillars:
            asked = [question.name for question in definition.questions() if question.pillar == pillar]
            given = zip(asked, form.get(pillar, "-" * len(asked)), strict=True)
            answers |= {name: {"n": "na"}.get(sign, sign) for name, sign in given if sign != "-"}
        plan = rows("plan", data["plan"]) if form["wave"] == "pre" else {}
        filer.file(
            Kind.READINESS,
            answers | plan,
            cluster=form["cluster"],
            organisation=firms[form["firm"]],
            held_on=form["on"],
            illustrative=True,
        )


def _training(filer: _Filer, found: Sequence[dict[str, Any]]) -> None:
    for form in found:
        repeats = {"findings": "findings", "needs": "training_needs", "modules": "modules"}
        answers = {name: value for name, value in form.items() if name.startswith("tna_")}
        for key, repeat in repeats.items():
            answers |= rows(repeat, form[key])
        filer.file(Kind.TRAINING, answers, cluster=form["cluster"], held_on=form.get("on"), illustrative=True)
