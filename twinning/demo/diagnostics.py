"""The studies of the demonstration: begun, filled, handed in and approved as people would do it."""

from __future__ import annotations

from typing import Any

from clusters.models import Cluster
from diagnostics import services
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.rules.answers import Change
from twinning.core.models import User


def answers_of(row: dict[str, Any]) -> dict[str, Any]:
    """The answers of a study in a data file, by path. ``every`` holds what all rows of a repeat have alike."""
    answers = dict(row.get("answers", {}))
    for repeat, rows in row.get("rows", {}).items():
        for place, own in enumerate(rows):
            head = f"{repeat}/r{place + 1}"
            answers[head] = place
            values = {**row.get("every", {}).get(repeat, {}), **own}
            answers |= {f"{head}/{name}": value for name, value in values.items()}
    return answers


def file(
    users: dict[str, User], clusters: dict[str, Cluster], rows: list[dict[str, Any]]
) -> list[Submission]:
    """File every study of a data file. Raises RuntimeError where an answer in it cannot be kept."""
    return [_file(users, clusters, row) for row in rows]


def _file(users: dict[str, User], clusters: dict[str, Cluster], row: dict[str, Any]) -> Submission:
    # Loaded anew, since what a user may do is read once for each user object.
    actor, approver = (User.objects.get(pk=users[row[name]].pk) for name in ("filed_by", "approved_by"))
    cluster = clusters[row["cluster"]]
    version = QuestionnaireVersion.objects.current().get(questionnaire__slug=row["questionnaire"])
    submission = services.start(
        actor=actor,
        programme=cluster.programme,
        version=version,
        cluster=cluster,
        title=row["title"],
        illustrative=row.get("illustrative", False),
    )
    changes = [Change(path, value, submission.version) for path, value in answers_of(row).items()]
    saved = services.save_answers(actor=actor, submission=submission, changes=changes)
    if saved.refused:
        raise RuntimeError(f"The demonstration says what its questionnaire does not take: {saved.refused}")
    services.submit(actor=actor, submission=submission)
    return services.approve(actor=approver, submission=submission)
