"""How far a study is by the rules of the method."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clusters.models import ProductGroup, Twinning
from diagnostics.models import AOBOItem, BaselineValue, Finding, SampledFirm, Submission
from diagnostics.queries.candidates import unplaced_rows
from diagnostics.queries.words import GAPS
from diagnostics.rules.kinds import Kind
from diagnostics.rules.review import Status
from diagnostics.rules.studies import Coverage, Gap, Remark, coverage


@dataclass(frozen=True, slots=True)
class StudyState:
    """``findings``: how many of the six are answered; None for a study of an emerging cluster."""

    coverage: tuple[Coverage, ...]
    remarks: tuple[Remark, ...]
    findings: int | None = None

    @property
    def lines(self) -> list[tuple[str, tuple[str, ...]]]:
        """The remarks in words, each with what it is about."""
        return [(str(GAPS[remark.gap]), remark.about) for remark in self.remarks]


def study_state(submission: Submission) -> StudyState | None:
    """None for what is no study."""
    if submission.kind == Kind.EMERGING:
        return _emerging(submission)
    return _advanced(submission) if submission.kind == Kind.ADVANCED else None


def _emerging(submission: Submission) -> StudyState:
    groups = ProductGroup.objects.filter(cluster=submission.cluster_id, children=None).values_list(
        "name", flat=True
    )
    firms = [(firm.groups, firm.size) for firm in SampledFirm.objects.filter(submission=submission)]
    items = list(AOBOItem.objects.filter(submission=submission).exclude(standing=AOBOItem.Standing.RETIRED))
    covered = coverage(list(groups), firms, [item.firms for item in items])
    found = []
    if bare := tuple(one.group for one in covered if not one.firms):
        found.append(Remark(Gap.GROUP_NOT_SAMPLED, bare))
    if bare := tuple(one.group for one in covered if not one.rows):
        found.append(Remark(Gap.GROUP_WITHOUT_ROWS, bare))
    if not items:
        found.append(Remark(Gap.NO_ROWS))
    elif not any(item.where == AOBOItem.Where.ADVANCED for item in items):
        found.append(Remark(Gap.NOT_TWINNING))
    if open_ := [item for item in items if not item.entry_points.strip()]:
        found.append(Remark(Gap.NO_ENTRY_POINT, tuple(map(str, open_)), tuple(item.pk for item in open_)))
    if nowhere := unplaced_rows(submission, items):
        found.append(Remark(Gap.UNPLACED, tuple(map(str, nowhere)), tuple(item.pk for item in nowhere)))
    if not BaselineValue.objects.filter(submission=submission).exists():
        found.append(Remark(Gap.NO_BASELINE))
    return StudyState(tuple(covered), tuple(found))


def _advanced(submission: Submission) -> StudyState:
    answered = set(Finding.objects.filter(submission=submission).values_list("row", flat=True))
    open_ = [subject for subject in Finding.Subject if subject.value not in answered]
    found = []
    if Finding.Subject.WILLINGNESS in open_:
        found.append(Remark(Gap.WILLINGNESS_OPEN))
    if others := tuple(str(one.label) for one in open_ if one is not Finding.Subject.WILLINGNESS):
        found.append(Remark(Gap.FINDING_OPEN, others))
    return StudyState((), tuple(found), len(Finding.Subject) - len(open_))


def objection_to(twinning: Twinning) -> str | None:
    """Why a twinning should not go beyond its study: the willingness of the advanced cluster is not known (R4.1)."""
    known = Finding.objects.filter(
        submission__cluster=twinning.advanced_id,
        submission__status=Status.APPROVED,
        row=Finding.Subject.WILLINGNESS,
    )
    if known.exists():
        return None
    return _(
        "No approved study says how willing %(cluster)s is, and on what conditions (step 4). Have one approved first."
    ) % {"cluster": twinning.advanced}
