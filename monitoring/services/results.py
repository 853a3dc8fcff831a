"""What is measured, and what is to be reached: results, indicators, targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.services.common import same_programme
from monitoring.models import Indicator, Result, Target
from monitoring.permissions import can_shape_results
from monitoring.queries.pages import has_column
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.tables import TABLES, Line
from monitoring.rules.values import DIMENSIONS
from monitoring.rules.vocabulary import RuleError, read_rule
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_INDICATORS = 200
MOST_RESULTS = 100
MOST_WORDS = 12


def refuse(field: str, message: StrOrPromise, code: str = "refused") -> DomainError:
    return DomainError(message, code=code, fields={field: [message]})


def needs_column(cluster: Cluster | None) -> None:
    """Raise DomainError at ``cluster`` for one that the tables of results have no column for.

    Tables 9 and 10 report on the clusters that the programme serves: what is stated of others would be seen nowhere.
    """
    if cluster is not None and not has_column(cluster):
        words = _(
            "Results have no column for %(cluster)s: they are reported for the principal clusters. State it for the"
            " cluster that gains by it, or for the programme as a whole."
        )
        raise refuse("cluster", words % {"cluster": cluster}, "no_column")


@transaction.atomic
def bring_tables(*, actor: User, programme: Programme) -> list[Indicator]:
    """Bring the indicators of Tables 9 and 10, with the rules that count them; those that are there stay as they are.

    Returns those that were added.
    """
    require(can_shape_results(actor, programme))
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    there = set(Indicator.objects.filter(programme=programme).values_list("code", flat=True))
    added: list[Indicator] = []
    for level, title, lines in TABLES:
        missing = [line for line in lines if line.code not in there]
        if not missing:
            continue
        result = Result.objects.filter(programme=programme, level=level, title=title).first()
        if result is None:
            result = add_result(actor=actor, programme=programme, level=level, title=title)
        added += [_bring(actor, result, line) for line in missing]
    return added


def _bring(actor: User, result: Result, line: Line) -> Indicator:
    return add_indicator(
        actor=actor,
        result=result,
        code=line.code,
        name=line.name,
        unit=line.unit,
        rule=line.rule,
        reference=line.reference,
        has_amount=line.has_amount,
    )


@transaction.atomic
def add_result(*, actor: User, programme: Programme, **values: Any) -> Result:
    require(can_shape_results(actor, programme))
    there = Result.objects.filter(programme=programme)
    if there.count() >= MOST_RESULTS:
        raise DomainError(_("A programme has at most %(most)d results.") % {"most": MOST_RESULTS})
    same_programme(programme.pk, leads_to=values.get("leads_to"))
    values.setdefault("order", (there.aggregate(last=Max("order"))["last"] or 0) + 1)
    result = Result(programme=programme, **values)
    _title_once(result)
    return history.create(result, actor=actor)


@transaction.atomic
def update_result(*, actor: User, result: Result, version: int | None, **values: Any) -> Result:
    """Change a result. Its level stays while it has indicators, which are told apart by it (R8.2)."""
    require(can_shape_results(actor, result.programme))
    same_programme(result.programme_id, leads_to=values.get("leads_to"))
    _no_circle(result, values.get("leads_to"))
    if values.get("level", result.level) != result.level and result.indicators.exists():
        raise refuse("level", _("Its indicators belong to this level. Move them to another result first."))
    changed = Result.objects.get(pk=result.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    _title_once(changed)
    return history.change(result, values, actor=actor, version=version)


def _title_once(result: Result) -> None:
    """Say beside the field what the constraint says of the record as a whole."""
    others = Result.objects.filter(programme=result.programme_id, level=result.level).exclude(pk=result.pk)
    if others.filter(title__iexact=result.title).exists():
        raise refuse("title", _("There is a result of this name at this level already."), "taken")


def _no_circle(result: Result, upper: Result | None) -> None:
    for _step in range(MOST_RESULTS):
        if upper is None:
            return
        if upper.pk == result.pk:
            raise refuse("leads_to", _("A result does not lead to itself, nor by way of others."), "circle")
        upper = upper.leads_to


@transaction.atomic
def add_indicator(*, actor: User, result: Result, **values: Any) -> Indicator:
    """Add an indicator to a result; with a ``rule`` it is counted from records, without one its values are typed.

    Raises DomainError and ValidationError by field: a rule that names an unknown field, a name taken at this level.
    """
    require(can_shape_results(actor, result.programme))
    there = Indicator.objects.filter(programme=result.programme_id)
    if there.count() >= MOST_INDICATORS:
        raise DomainError(_("A programme has at most %(most)d indicators.") % {"most": MOST_INDICATORS})
    values.setdefault("order", (there.aggregate(last=Max("order"))["last"] or 0) + 1)
    indicator = Indicator(programme=result.programme, result=result, level=result.level, **values)
    _sound(indicator)
    return history.create(indicator, actor=actor)


@transaction.atomic
def update_indicator(
    *, actor: User, indicator: Indicator, version: int | None, result: Result | None = None, **values: Any
) -> Indicator:
    """Change an indicator, or move it to another result.

    How it is counted cannot turn from typed to computed, or back, once values were typed.
    """
    require(can_shape_results(actor, indicator.programme))
    if result is not None:
        same_programme(indicator.programme_id, result=result)
        values |= {"result": result, "level": result.level}
    changed = Indicator.objects.get(pk=indicator.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    _sound(changed)
    if changed.is_computed and not indicator.is_computed and indicator.measurements.exists():
        raise refuse("rule", _("Values were typed for it already. Add another indicator that is counted."))
    values["rule"] = changed.rule
    return history.change(indicator, values, actor=actor, version=version)


@transaction.atomic
def retire_indicator(*, actor: User, indicator: Indicator, version: int | None, reason: str) -> Indicator:
    """Use an indicator no more. What was measured by it stays and may be looked up."""
    require(can_shape_results(actor, indicator.programme))
    if indicator.retired_on is not None:
        raise WrongState(_("This indicator is not used any more already."))
    if not reason.strip():
        raise refuse("reason", _("Say why it is not used any more; its history keeps it."), "no_reason")
    values = {"retired_on": timezone.localdate()}
    return history.change(indicator, values, actor=actor, version=version, reason=reason)


@transaction.atomic
def restore_indicator(*, actor: User, indicator: Indicator, version: int | None) -> Indicator:
    require(can_shape_results(actor, indicator.programme))
    return history.change(indicator, {"retired_on": None}, actor=actor, version=version)


def _sound(indicator: Indicator) -> None:
    """Raise DomainError where the parts of an indicator do not go together. Writes the rule as it was read."""
    wrong: dict[str, list[StrOrPromise]] = {}
    if indicator.rule is not None:
        try:
            rule = read_rule(indicator.rule, VOCABULARY)
        except RuleError as error:
            wrong["rule"] = [str(error)]
        else:
            indicator.rule = rule.as_json()
            if indicator.has_amount and not VOCABULARY[rule.count].has_amount:
                wrong["has_amount"] = [_("These records carry no money.")]
        if indicator.measure != Indicator.Measure.NUMBER:
            wrong["measure"] = [_("What is counted from records is a number.")]
    _scale(indicator, wrong)
    strange = [name for name in _texts(indicator.dimensions) if name not in DIMENSIONS]
    if strange or not _is_texts(indicator.dimensions):
        known = ", ".join(DIMENSIONS)
        wrong["dimensions"] = [_("A value can be divided by: %(known)s.") % {"known": known}]
    if wrong:
        raise DomainError(next(iter(wrong.values()))[0], code="unsound", fields=wrong)
    _once(indicator)


def _once(indicator: Indicator) -> None:
    """Say beside the field what the constraints say of the record as a whole."""
    others = Indicator.objects.filter(programme=indicator.programme_id).exclude(pk=indicator.pk)
    if others.filter(code__iexact=indicator.code).exists():
        raise refuse("code", _("Another indicator has this code."), "taken")
    if others.filter(level=indicator.level, name__iexact=indicator.name).exists():
        raise refuse("name", _("There is an indicator of this name at this level already."), "taken")


def _scale(indicator: Indicator, wrong: dict[str, list[StrOrPromise]]) -> None:
    words = _texts(indicator.scale)
    if not _is_texts(indicator.scale) or len(words) > MOST_WORDS:
        wrong["scale"] = [_("A scale is a list of at most %(most)d words.") % {"most": MOST_WORDS}]
    elif indicator.measure == Indicator.Measure.SCALE and len(set(words)) < 2:
        wrong["scale"] = [_("A scale has two different words at least, the lowest first.")]
    elif indicator.measure != Indicator.Measure.SCALE and words:
        wrong["scale"] = [_("Only a scale of words has words.")]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


# Targets --------------------------------------------------------------------------------------------------


@transaction.atomic
def set_target(*, actor: User, indicator: Indicator, **values: Any) -> Target:
    """Say what an indicator is to reach from one day to another, in a cluster or in the programme."""
    require(can_shape_results(actor, indicator.programme))
    _fit(indicator, values)
    needs_column(values.get("cluster"))
    target = Target(indicator=indicator, **values)
    return history.create(target, actor=actor, parent=indicator)


@transaction.atomic
def update_target(*, actor: User, target: Target, version: int | None, **values: Any) -> Target:
    require(can_shape_results(actor, target.indicator.programme))
    _fit(target.indicator, values)
    if values.get("cluster", target.cluster) != target.cluster:
        needs_column(values["cluster"])
    return history.change(target, values, actor=actor, version=version, parent=target.indicator)


@transaction.atomic
def remove_target(*, actor: User, target: Target, reason: str) -> None:
    """Take a target back; the history of its indicator keeps what it was and why it went."""
    require(can_shape_results(actor, target.indicator.programme))
    if not reason.strip():
        raise refuse("reason", _("Say why the target is taken back; the history keeps it."), "no_reason")
    history.remove(target, actor=actor, reason=reason, parent=target.indicator)


def _fit(indicator: Indicator, values: Mapping[str, Any]) -> None:
    same_programme(indicator.programme_id, cluster=values.get("cluster"))
    if values.get("amount") is not None and not indicator.has_amount:
        raise refuse("amount", _("This indicator counts no money."), "no_money")
    if indicator.is_computed and (values.get("value") or 0) < 0:
        raise refuse("value", _("Records are counted: the target cannot be below 0."), "negative")
    if values.get("value") is not None and indicator.measure == Indicator.Measure.SCALE:
        raise refuse("value", _("This indicator is a scale of words: say in the note what is aimed at."))
