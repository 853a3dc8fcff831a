"""Who may do what with results and reports. Reading is ``visible_to`` of each model."""

from __future__ import annotations

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import (
    Closing,
    Evaluation,
    ImpactStory,
    Outcome,
    Recommendation,
    Report,
    ReportSchedule,
    ValueBatch,
)
from monitoring.rules.evaluation import EVALUATION_REPORT
from twinning.core.models import User


def can_report(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """Make reports of any kind on one cluster, or with None on the whole programme: now, regularly, with texts."""
    near = [cluster.pk] if cluster is not None else []
    return grants_of(user).may(Can.REPORT, programme.pk, *near)


def can_report_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.REPORT, programme.pk)


def can_request(user: User, programme: Programme, cluster: Cluster | None, kind: str) -> bool:
    """Ask for one report of a kind, by its name: also an evaluator for that of an evaluation, which is their product.

    An evaluation is of the whole programme, and so is what its evaluators may ask for.
    """
    own = kind == EVALUATION_REPORT and cluster is None and can_evaluate(user, programme)
    return own or can_report(user, programme, cluster)


def can_request_somewhere(user: User, programme: Programme, kind: str) -> bool:
    return can_report_somewhere(user, programme) or can_request(user, programme, None, kind)


def can_issue(user: User, programme: Programme) -> bool:
    """Publish a report to all of the programme, donors included, or withdraw one."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_keep_schedule(user: User, schedule: ReportSchedule) -> bool:
    """Change, pause or end a report that is sent regularly: whose it is, and who manages the programme."""
    own = schedule.owner_id == user.pk and can_report(user, schedule.programme, schedule.cluster)
    return own or grants_of(user).may(Can.MANAGE, schedule.programme_id)


def can_lay_out(user: User, programme: Programme) -> bool:
    """Say how the programme's reports look."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_open_to_all(user: User, programme: Programme) -> bool:
    """Show the programme's results to everybody, or stop doing so."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_read_history(user: User, report: Report) -> bool:
    near = [report.cluster_id] if report.cluster_id else []
    return grants_of(user).may(Can.READ_HISTORY, report.programme_id, *near)


def can_read_results(user: User, programme: Programme) -> bool:
    return grants_of(user).may(Can.READ_RESULTS, programme.pk)


def can_read_budget(user: User, programme: Programme) -> bool:
    """Budgets and transactions of the programme, which stand in the papers of its committee."""
    return grants_of(user).may(Can.READ_COMMITTEE, programme.pk)


def can_shape_results(user: User, programme: Programme) -> bool:
    """Say what is measured and what is to be reached: results, indicators, targets, periods."""
    return grants_of(user).may(Can.EDIT, programme.pk)


def can_measure(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """Enter values and outcomes of a cluster, or with None of the programme as a whole."""
    near = [cluster.pk] if cluster is not None else []
    return grants_of(user).may(Can.LOG, programme.pk, *near)


def can_measure_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.LOG, programme.pk)


def can_work_on_values(user: User, batch: ValueBatch) -> bool:
    """Look into an import of values, apply and undo it: whose it is, and who enters values in the whole programme."""
    own = batch.created_by_id == user.pk and can_measure_somewhere(user, batch.programme)
    return own or can_measure(user, batch.programme, None)


def can_read_outcomes(user: User, programme: Programme) -> bool:
    """Whether the list of outcomes, with the firms in it, is a page of theirs."""
    return grants_of(user).anywhere(Can.READ_FIRMS, programme.pk)


def can_read_money(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """The money in a typed value: nobody knows of how many firms it is, so that the wall stands before it."""
    near = [cluster.pk] if cluster is not None else []
    return grants_of(user).may(Can.READ_FIRMS, programme.pk, *near)


def can_verify(user: User, outcome: Outcome) -> bool:
    """Somebody who approves in the programme, and who did not enter it."""
    return outcome.author_id != user.pk and grants_of(user).may(Can.APPROVE, outcome.programme_id)


def can_approve(user: User, closing: Closing) -> bool:
    """Somebody who approves in the programme, and who did not hand it in."""
    return can_approve_at_all(user, closing) and closing.submitted_by_id != user.pk


def can_approve_at_all(user: User, closing: Closing) -> bool:
    """Somebody who approves in the programme, whoever handed it in."""
    return grants_of(user).may(Can.APPROVE, closing.period.programme_id)


def can_grant(user: User, closing: Closing) -> bool:
    return grants_of(user).may(Can.MANAGE, closing.period.programme_id)


def can_publish(user: User, programme: Programme) -> bool:
    """Say how the programme is published to IATI, and what money is published with it."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_read_publication(user: User, programme: Programme) -> bool:
    """Read what is published, and what hinders it: with the papers of the steering committee."""
    return grants_of(user).may(Can.READ_COMMITTEE, programme.pk)


def can_evaluate(user: User, programme: Programme) -> bool:
    """Write evaluations, which are the evaluator's own product."""
    return grants_of(user).may(Can.EVALUATE, programme.pk)


def can_make_final(user: User, evaluation: Evaluation) -> bool:
    """Somebody who manages the programme, who neither wrote it nor handed it in."""
    others = user.pk not in (evaluation.author_id, evaluation.submitted_by_id)
    return others and grants_of(user).may(Can.MANAGE, evaluation.programme_id)


def can_take_back(user: User, evaluation: Evaluation) -> bool:
    """Make it a draft again: who manages the programme; what is only handed in, also who did so."""
    own = not evaluation.is_final and evaluation.submitted_by_id == user.pk
    return own or grants_of(user).may(Can.MANAGE, evaluation.programme_id)


def can_respond(user: User, programme: Programme) -> bool:
    """Say for the management what becomes of a recommendation."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_follow_up(user: User, recommendation: Recommendation) -> bool:
    """Its owner, by name or by role, and who manages the programme."""
    grants, programme = grants_of(user), recommendation.evaluation.programme_id
    by_role = (programme, recommendation.owner_role) in grants.roles
    named = recommendation.owner_id == user.pk and programme in grants.programmes
    return named or by_role or grants.may(Can.MANAGE, programme)


def can_write_stories(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """Collect stories of a cluster, or with None of the programme as a whole."""
    near = [cluster.pk] if cluster is not None else []
    return grants_of(user).may(Can.EDIT, programme.pk, *near)


def can_write_stories_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.EDIT, programme.pk)


def can_publish_story(user: User, story: ImpactStory) -> bool:
    return grants_of(user).may(Can.APPROVE, story.programme_id)


def can_name(user: User, story: ImpactStory) -> bool:
    """Read who tells a story: who edits it; others where the consent covers names."""
    edits = can_write_stories(user, story.programme, story.cluster)
    return edits or (story.has_consent and story.names_allowed)
