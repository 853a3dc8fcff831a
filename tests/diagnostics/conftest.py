"""A study of the leather cluster that its agent has begun, with short ways to fill it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from diagnostics import services
from diagnostics.models import Questionnaire, QuestionnaireVersion, Submission
from diagnostics.rules.answers import Change
from tests.conftest import World

AOBO: dict[str, Any] = {
    "aobo_firms": "Leather jacket",
    "aobo_item": "Technology",
    "aobo_issue": "Appropriate processing",
    "aobo_where": "advanced",
    "aobo_stakeholders": "Technicians from Solofra Cluster",
    "aobo_entry": "5 medium, 50 small",
}
FIRM: dict[str, Any] = {"firm": "Pakkar Tannery", "firm_groups": ["Goat"], "firm_size": "small"}


def version_of(slug: str) -> QuestionnaireVersion:
    """The version in use of a questionnaire of the library."""
    return QuestionnaireVersion.objects.select_related("questionnaire").get(
        questionnaire__slug=slug, status=QuestionnaireVersion.Status.PUBLISHED
    )


def row(repeat: str, ident: str, place: int = 0, **values: Any) -> dict[str, Any]:
    """The answers of a row of a repeated group, by path."""
    return {f"{repeat}/{ident}": place} | {
        f"{repeat}/{ident}/{name}": value for name, value in values.items()
    }


def fill(actor: Any, submission: Submission, answers: dict[str, Any], **options: Any) -> services.Saved:
    """Save answers as one who sees the form as it stands now."""
    seen = Submission.objects.get(pk=submission.pk).version
    return services.save_answers(
        actor=actor,
        submission=submission,
        changes=[Change(path, value, seen) for path, value in answers.items()],
        **options,
    )


def file_form(
    filer: Any, slug: str, answers: dict[str, Any], *, approver: Any = None, **about: Any
) -> Submission:
    """A form of the library, filled and submitted by one, and where there is an approver approved by the other."""
    form = services.start(actor=filer, version=version_of(slug), **about)
    saved = fill(filer, form, answers)
    assert not saved.refused, saved.refused
    form = services.submit(actor=filer, submission=saved.submission)
    return services.approve(actor=approver, submission=form) if approver else form


@pytest.fixture
def study(world: World) -> Submission:
    return services.start(
        actor=world.cda,
        programme=world.programme,
        version=version_of("diagnostic-emerging"),
        cluster=world.leather,
    )


@pytest.fixture
def ready(world: World, study: Submission) -> Submission:
    """The study with as much in it as submitting needs."""
    fill(world.cda, study, row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO))
    return Submission.objects.get(pk=study.pk)


@pytest.fixture
def own_questionnaire(world: World) -> Callable[..., Questionnaire]:
    """``own_questionnaire(*items)``: a questionnaire of the programme's own with these questions, as a draft."""

    def make(*items: dict[str, Any], kind: str = "policy-case", **extra: Any) -> Questionnaire:
        return services.create_questionnaire(
            actor=world.manager,
            programme=world.programme,
            slug="own",
            kind=kind,
            title="Our own",
            definition=definition(*items, **extra),
        )

    return make


def definition(*items: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A definition of one section with what a policy case needs and these questions."""
    needed = [
        {"name": name, "type": "text", "label": name.title()}
        for name in ("country", "challenge", "area", "issue", "instrument")
    ]
    figures = {
        "name": "figures",
        "type": "repeat",
        "label": "Figures",
        "items": [{"name": "figure", "type": "text", "label": "Figure"}],
    }
    section = {"name": "all", "label": "All", "items": [*needed, figures, *items]}
    return {"title": "Our own", "language": "en", "sections": [section], **extra}
