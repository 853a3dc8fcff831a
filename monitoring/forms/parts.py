"""The parts of a typed value, each a number of its own on the page: by sex, by size of the firm, by product group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusters.models import ProductGroup
from monitoring.models import Indicator
from monitoring.queries.divisions import LABELS, words_for
from monitoring.rules.values import DIMENSIONS

MOST_WORDS = 40  # of a dimension without fixed values
_PART = "part_"
Dims = tuple[tuple[str, str], ...]


class Anchor(forms.Widget):
    """Where what is wrong with the parts as a whole is said: it asks nothing itself."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        return ""


@dataclass(slots=True)
class Division:
    """The fields of one division, under its heading; ``rows`` are bound ones, with what each part is called.

    ``is_off``: its parts do not make the value, so that what is wrong with the parts is said here.
    """

    heading: str
    is_off: bool = False
    names: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[str, forms.BoundField]] = field(default_factory=list)


class PartsMixin(forms.Form):
    """Mix-in for the form of a value: a field for each part that its indicator is divided into.

    A value that came with parts by two dimensions at once keeps them: they stand under a heading of their own.
    """

    part_dims: dict[str, Dims]
    divisions: list[Division]

    def add_part_fields(
        self, indicator: Indicator, standing: Sequence[Mapping[str, Any]], clusters: Iterable[int]
    ) -> None:
        self.part_dims, self.divisions = {}, []
        if not indicator.dimensions or indicator.measure == Indicator.Measure.SCALE:
            return
        known = {_dims(part["dims"]): part["value"] for part in standing}
        shapes: dict[tuple[str, ...], list[Dims]] = {(name,): [] for name in indicator.dimensions}
        for name in indicator.dimensions:
            shapes[(name,)] = [((name, value),) for value in _values_of(name, clusters)]
        for dims in known:
            own = shapes.setdefault(tuple(name for name, _value in dims), [])
            if dims not in own:
                own.append(dims)
        for shape, parts in shapes.items():
            self._add_division(indicator, shape, parts, known)
        self.fields["parts"] = forms.Field(label=_("Parts"), required=False, widget=Anchor)

    def _add_division(
        self, indicator: Indicator, shape: tuple[str, ...], parts: Sequence[Dims], known: Mapping[Dims, Any]
    ) -> None:
        made = Division(capfirst(_(" and ").join(str(LABELS.get(name, name)) for name in shape)))
        words = {name: words_for(name, [dict(dims)[name] for dims in parts], indicator) for name in shape}
        for dims in parts:
            said = ", ".join(words[name][value] for name, value in dims)
            key = _name_of(dims)
            self.part_dims[key] = dims
            self.fields[key] = forms.DecimalField(
                label=f"{made.heading}, {said}", required=False, min_value=0, max_digits=18, decimal_places=4
            )
            self.initial[key] = known.get(dims)
            made.names.append((capfirst(said), key))
        self.divisions.append(made)

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if one.name not in ("parts", *self.part_dims)]

    @property
    def shown_divisions(self) -> list[Division]:
        cleaned, refused = getattr(self, "cleaned_data", {}), "parts" in self.errors
        for one in self.divisions:
            one.rows = [(said, self[name]) for said, name in one.names]
            numbers = [cleaned[name] for _said, name in one.names if cleaned.get(name) is not None]
            one.is_off = refused and bool(numbers) and sum(numbers) != cleaned.get("value")
            refused &= not one.is_off  # a service names the first that is wrong
        return self.divisions

    @property
    def says_where(self) -> bool:
        """Whether what is wrong with the parts stands at one of the divisions."""
        return any(one.is_off for one in self.shown_divisions)

    def parts_given(self, standing: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The parts as services take them. What was not on the page that was sent stays as it is."""
        found = [
            {"dims": dict(dims), "value": str(self.cleaned_data[name])}
            for name, dims in self.part_dims.items()
            if self.add_prefix(name) in self.data and self.cleaned_data.get(name) is not None
        ]
        missing = {dims for name, dims in self.part_dims.items() if self.add_prefix(name) not in self.data}
        return found + [dict(part) for part in standing if _dims(part["dims"]) in missing]


def _dims(dims: Mapping[str, str]) -> Dims:
    order = list(DIMENSIONS)
    return tuple(sorted(dims.items(), key=lambda item: order.index(item[0]) if item[0] in order else 99))


def _name_of(dims: Dims) -> str:
    """The name of a field: the same on every page, whatever words a value is made of."""
    return _PART + "_".join(
        f"{name}-{value if DIMENSIONS.get(name) else format(crc32(value.encode()), '08x')}"
        for name, value in dims
    )


def _values_of(name: str, clusters: Iterable[int]) -> Sequence[str]:
    if DIMENSIONS[name]:
        return DIMENSIONS[name]
    rows = ProductGroup.objects.filter(cluster__in=list(clusters)).order_by("name")
    return list(dict.fromkeys(rows.values_list("name", flat=True)))[:MOST_WORDS]
