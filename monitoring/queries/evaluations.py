"""What an evaluation says at a glance, and what the records say of know-how, do-how and trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, ActivityCluster, ActivityOrganisation
from activities.rules import LinkClass, Status
from clusters.models import AgreementParty, Cluster, OrganisationRole, Programme, Twinning
from clusters.queries import Word
from monitoring.models import ComparisonRow, CriterionAssessment, Evaluation, Recommendation
from monitoring.rules.evaluation import (
    HOW_OF,
    Advice,
    Criterion,
    How,
    Moment,
    Overall,
    Rated,
    Rating,
    began,
    by_criterion,
    months_between,
    overall,
    stated_days,
)
from twinning.core.models import User
from twinning.core.periods import Segment

_STATUS_KINDS = {"draft": "plan", "submitted": "busy", "final": "good"}
_ADVICE_KINDS = {"open": "plan", "accepted": "busy", "rejected": "off", "done": "good"}
_JUDGED_KINDS = {"yes": "good", "partly": "warn", "no": "bad", "": "none"}


# Words ----------------------------------------------------------------------------------------------------


def evaluation_word(evaluation: Evaluation) -> Word:
    return Word(str(evaluation.get_status_display()), _STATUS_KINDS[evaluation.status])


def judged_kind(judged: str) -> str:
    return _JUDGED_KINDS[judged]


def advice_word(recommendation: Recommendation, day: dt.date) -> Word:
    """Its state, and that it is overdue where it is."""
    if recommendation.is_overdue_on(day):
        words = _("%(state)s, overdue") % {"state": recommendation.get_state_display()}
        return Word(words, "warn")
    state = recommendation.state
    return Word(str(Advice(state).label), _ADVICE_KINDS[state])


def rating_text(rating: int | None) -> str:
    """ "4, moderately satisfactory"; "" where there is none."""
    if rating is None:
        return ""
    return f"{rating}, {Rating(rating).label}" if rating else str(Rating.UNABLE.label)


def left_out_text(found: Overall) -> str:
    """What the mean leaves out, as a sentence; "" where it rests on all."""
    parts = []
    if found.unable:
        parts.append(
            ngettext(
                "%(count)d question that nobody could assess", "%(count)d questions that nobody could assess",
                found.unable,
            )
            % {"count": found.unable}
        )  # fmt: skip
    if found.missing:
        parts.append(
            ngettext("%(count)d not rated yet", "%(count)d not rated yet", found.missing)
            % {"count": found.missing}
        )
    if not parts:
        return ""
    covered = number_format(found.covered, decimal_pos=1)
    return _("Left out: %(what)s. It rests on %(covered)s %% of the weight.") % {
        "what": _(" and ").join(parts),
        "covered": covered,
    }


def evaluated_until(evaluation: Evaluation, day: dt.date) -> dt.date:
    """The last day of which the records are asked: that of the evaluation's period, at most ``day``."""
    return min(evaluation.last or day, day)


# Ratings --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CriterionLine:
    criterion: Criterion
    found: Overall


@dataclass(frozen=True, slots=True)
class Ratings:
    whole: Overall
    lines: list[CriterionLine]


def ratings_of(assessments: Iterable[CriterionAssessment]) -> Ratings:
    rows = [Rated(row.criterion, row.weight, row.rating) for row in assessments]
    found = by_criterion(rows)
    return Ratings(overall(rows), [CriterionLine(Criterion(name), one) for name, one in found.items()])


# Before it is handed in -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a draft lacks. Questions without a rating, or none at all, keep it from being handed in; the rest does not.

    ``unjudged`` are the rows of Table 11, of ``rows``.
    """

    questions: int
    unrated: tuple[CriterionAssessment, ...]
    rows: int
    unjudged: tuple[ComparisonRow, ...]
    has_summary: bool
    has_advice: bool

    @property
    def hinders(self) -> str:
        """Why it cannot be handed in, as a sentence; "" where it can."""
        if self.questions and not self.unrated:
            return ""
        names = "; ".join(map(str, self.unrated)) or _("no question at all")
        return _("Not rated yet: %(names)s. What cannot be assessed is rated 0, with the reason.") % {
            "names": names
        }

    @property
    def left_open(self) -> list[str]:
        """What is handed in unfinished, a sentence each."""
        found = []
        if self.unjudged:
            words = ngettext(
                "%(n)d of %(total)d rows of Table 11 is not judged: %(names)s.",
                "%(n)d of %(total)d rows of Table 11 are not judged: %(names)s.",
                len(self.unjudged),
            )
            names = "; ".join(map(str, self.unjudged))
            found.append(words % {"n": len(self.unjudged), "total": self.rows, "names": names})
        if not self.has_summary:
            found.append(_("It has no summary."))
        if not self.has_advice:
            found.append(_("It recommends nothing."))
        return found


def unfinished(evaluation: Evaluation) -> Unfinished:
    questions, rows = list(evaluation.criteria.all()), list(evaluation.comparison.all())
    return Unfinished(
        len(questions),
        tuple(one for one in questions if one.rating is None),
        len(rows),
        tuple(one for one in rows if not one.judged),
        bool(evaluation.summary.strip()),
        Recommendation.objects.filter(evaluation=evaluation).exists(),
    )


# Know-how and do-how --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One activity of training. ``whole`` False: a part of its period is not stated to the day."""

    activity: Activity
    days: int
    whole: bool


@dataclass(frozen=True, slots=True)
class TrainingDays:
    """``days`` are those that are stated; ``unstated`` is how many activities state not all of theirs.

    ``lines`` are the activities that the reader may see.
    """

    how: How
    activities: int
    days: int
    unstated: int
    lines: list[TrainingLine]

    @property
    def text(self) -> str:
        """ "43 days, and 2 activities whose days are not stated"; "not stated" where none states a day."""
        if not self.activities:
            return _("none logged")
        days = ngettext("%(count)s day", "%(count)s days", self.days) % {
            "count": number_format(self.days, force_grouping=True)
        }
        if not self.unstated:
            return days
        more = ngettext(
            "%(count)d activity whose days are not all stated",
            "%(count)d activities whose days are not all stated",
            self.unstated,
        ) % {"count": self.unstated}
        if not self.days:
            return _("not stated (%(more)s)") % {"more": more}
        return _("%(days)s, and %(more)s") % {"days": days, "more": more}


def training_days(
    programme: Programme,
    clusters: Sequence[Cluster] | None,
    until: dt.date,
    reader: User | None,
) -> list[TrainingDays]:
    """Days of training up to ``until``, in classrooms and on site. Totals count every activity of the clusters
    (None: of the programme), whoever reads; ``reader`` None sees all of them listed.

    The days of an activity are distinct; two activities on one day are two days of training.
    """
    rows = Activity.objects.filter(programme=programme, removed_at=None, format__in=list(HOW_OF))
    if clusters is not None:
        links = ActivityCluster.objects.filter(activity=OuterRef("pk"), cluster__in=list(clusters))
        rows = rows.filter(Exists(links))
    held = [
        row
        for row in rows.order_by("period_start", "id")
        if row.status_on(until) in (Status.DONE, Status.ONGOING, Status.UNDATED)
    ]
    seen = _seen(Activity.objects.filter(pk__in=[row.pk for row in held]), reader)
    return [_days_of(how, [row for row in held if HOW_OF[row.format] is how], seen, until) for how in How]


def _days_of(how: How, rows: Sequence[Activity], seen: set[int], until: dt.date) -> TrainingDays:
    lines = []
    for row in rows:
        stated = stated_days(_segments(row), until)
        lines.append(TrainingLine(row, stated.days, stated.whole))
    return TrainingDays(
        how=how,
        activities=len(lines),
        days=sum(line.days for line in lines),
        unstated=sum(not line.whole for line in lines),
        lines=[line for line in lines if line.activity.pk in seen],
    )


def _segments(activity: Activity) -> list[Segment]:
    return [Segment.from_json(item) for item in activity.period_segments]


def _seen(rows: QuerySet[Activity], reader: User | None) -> set[int]:
    if reader is not None:
        rows = Activity.objects.visible_to(reader).filter(pk__in=rows.values("pk"))
    return set(rows.values_list("pk", flat=True))


# From C2C to B2B ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkStep:
    """The first event of a class: when it began, and the record, None where the reader does not see it."""

    moment: Moment
    when: str
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class TrustLine:
    """How long a twinning took from cluster-to-cluster to business. A step is None where nothing shows it."""

    twinning: Twinning
    c2c: LinkStep | None
    c2b: LinkStep | None
    b2b: LinkStep | None

    @property
    def to_b2b(self) -> str:
        return _apart(self.c2c, self.b2b)

    @property
    def to_business(self) -> str:
        """To the first event with a business on a side, C2B or B2B (R5.2)."""
        later = [step for step in (self.c2b, self.b2b) if step is not None]
        return _apart(self.c2c, min(later, key=lambda step: step.moment.first) if later else None)


def _apart(earlier: LinkStep | None, later: LinkStep | None) -> str:
    """ "5 months", "4 to 6 months", "the later came first"; "" where one of them is missing."""
    if earlier is None or later is None:
        return ""
    low, high = months_between(earlier.moment, later.moment)
    if high < 0:
        return _("business came first")
    low = max(low, 0)
    if low == high:
        return ngettext("%(count)d month", "%(count)d months", low) % {"count": low}
    return _("%(low)d to %(high)d months") % {"low": low, "high": high}


def trust_lines(
    programme: Programme, clusters: Sequence[Cluster] | None, until: dt.date, reader: User | None
) -> list[TrustLine]:
    """For each twinning the first events of each link class up to ``until``, by the class that each has.

    An event counts for a twinning if it stands in the list of the emerging cluster and a party has a part in
    the advanced one, or signed for it.
    """
    twinnings = Twinning.objects.filter(programme=programme).for_list()
    if clusters is not None:
        twinnings = twinnings.filter(emerging__in=list(clusters)) | twinnings.filter(
            advanced__in=list(clusters)
        )
    return [_trust(twinning, until, reader) for twinning in twinnings]


def _trust(twinning: Twinning, until: dt.date, reader: User | None) -> TrustLine:
    of_cluster = OrganisationRole.objects.filter(cluster=twinning.advanced_id).values("organisation")
    signed = AgreementParty.objects.filter(agreement__twinning=twinning, side=AgreementParty.Side.ADVANCED)
    parties = ActivityOrganisation.objects.filter(
        Q(organisation__in=of_cluster) | Q(organisation__in=signed.values("organisation")),
        activity=OuterRef("pk"),
    )
    here = ActivityCluster.objects.filter(activity=OuterRef("pk"), cluster=twinning.emerging_id)
    rows = (
        Activity.objects.filter(programme=twinning.programme_id, removed_at=None, period_start__lte=until)
        .exclude(status_set=Activity.StatusSet.CANCELLED)
        .exclude(status_set=Activity.StatusSet.PLANNED)
        .filter(Exists(here), Exists(parties))
        .order_by("period_start", "id")
    )
    first = {one: rows.filter(link_class=one).first() for one in LinkClass}
    known = [row.pk for row in first.values() if row is not None]
    seen = _seen(Activity.objects.filter(pk__in=known), reader)
    steps = {one: _step(row, seen) for one, row in first.items()}
    return TrustLine(twinning, steps[LinkClass.C2C], steps[LinkClass.C2B], steps[LinkClass.B2B])


def _step(activity: Activity | None, seen: set[int]) -> LinkStep | None:
    moment = began(_segments(activity)) if activity is not None else None
    if activity is None or moment is None:
        return None
    return LinkStep(moment, moment_text(moment), activity if activity.pk in seen else None)


def moment_text(moment: Moment) -> str:
    """A beginning as far as it is known: a day, a month or a year."""
    if moment.first == moment.last:
        return date_format(moment.first, "SHORT_DATE_FORMAT")
    if (moment.first.year, moment.first.month) == (moment.last.year, moment.last.month):
        return date_format(moment.first, "YEAR_MONTH_FORMAT")
    return str(moment.first.year)
