"""How an indicator says which records it counts: data, not code, so that a new one needs no release.

A rule names a source and narrows it: ``{"count": "persons", "where": {"format": ["training", "on-site"]}}``. All
conditions must hold; within one, any of its values. What sources and fields there are stands in
``monitoring.queries.sources``; docs/results.md lists them for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_VALUES = 30
LONGEST_TEXT = 120
NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a rule may ask of a record. ``choices``: value and label; none means a word of one's own.

    ``has_blank``: a rule may ask for what is not stated as well.
    """

    label: StrOrPromise
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    has_blank: bool = False

    @property
    def offered(self) -> tuple[tuple[str, StrOrPromise], ...]:
        """Every value that a rule may name, where these are fixed."""
        return (*self.choices, (NOT_STATED, _("not stated"))) if self.has_blank else self.choices

    def label_of(self, value: str) -> str:
        return _("not stated") if value == NOT_STATED else str(dict(self.choices).get(value, value))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be counted, and by what: the fields of one source. ``has_amount``: its records carry money."""

    label: StrOrPromise
    fields: Mapping[str, Field]
    has_amount: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. ``where``: field -> values, any of which will do."""

    count: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "where": {name: list(values) for name, values in self.where}}

    def values(self, name: str) -> tuple[str, ...]:
        return dict(self.where).get(name, ())

    def narrowed(self, by: Mapping[str, str]) -> Rule:
        """The rule with one value of each of these fields, as a cell of a table asks for it."""
        return Rule(
            self.count, tuple(sorted({**dict(self.where), **{k: (v,) for k, v in by.items()}}.items()))
        )


class RuleError(ValueError):
    """A rule that means nothing; its text says why."""


def read_rule(data: Any, sources: Mapping[str, Vocabulary]) -> Rule:
    """The rule that ``data`` (as JSON gives it) states. Raises RuleError naming what is not known."""
    if not isinstance(data, Mapping):
        raise RuleError(_("A rule is an object with “count” and “where”."))
    strange = set(data) - {"count", "where"}
    if strange:
        raise RuleError(_("A rule has no part “%(name)s”.") % {"name": sorted(map(str, strange))[0]})
    count = data.get("count")
    if not isinstance(count, str) or count not in sources:
        known = ", ".join(sources)
        raise RuleError(
            _("“%(name)s” cannot be counted; these can: %(known)s.")
            % {"name": str(count)[:LONGEST_TEXT], "known": known}
        )
    where = data.get("where", {})
    if not isinstance(where, Mapping):
        raise RuleError(_("“where” is an object: each field with the list of its values."))
    vocabulary = sources[count]
    read = tuple((name, _values(name, where[name], count, vocabulary)) for name in sorted(where, key=str))
    return Rule(count, read)


def _values(name: Any, values: Any, count: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    field = vocabulary.fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise RuleError(
            _("%(count)s have no field “%(name)s”; they have: %(known)s.")
            % {"count": count, "name": str(name)[:LONGEST_TEXT], "known": ", ".join(vocabulary.fields)}
        )
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise RuleError(
            _("“%(name)s” needs a list of 1 to %(most)d values.") % {"name": name, "most": MOST_VALUES}
        )
    known = {value for value, _label in field.offered}
    for value in values:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or "\0" in value:
            raise RuleError(_("A value of “%(name)s” is a short text.") % {"name": name})
        if known and value not in known:
            raise RuleError(
                _("“%(name)s” is never “%(value)s”; it is one of: %(known)s.")
                % {"name": name, "value": value, "known": ", ".join(sorted(known))}
            )
    return tuple(dict.fromkeys(values))


def in_words(rule: Rule, sources: Mapping[str, Vocabulary]) -> str:
    """The rule as a person reads it: "Persons, where format is training course or visit"."""
    vocabulary = sources[rule.count]
    parts = []
    for name, values in rule.where:
        field = vocabulary.fields[name]
        options = [field.label_of(value) for value in values]
        said = _(" or ").join(options)
        parts.append(_("%(field)s is %(values)s") % {"field": field.label, "values": said})
    if not parts:
        return str(vocabulary.label)
    return _("%(count)s, where %(conditions)s") % {
        "count": vocabulary.label,
        "conditions": _(" and ").join(parts),
    }
