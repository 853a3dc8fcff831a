"""The forms by which a programme sets up its reports: texts of sections, and the layout."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clusters.models import Cluster, Programme
from clusters.queries import clusters_where
from clusters.rules import Can
from monitoring.forms.evaluations import PartForm
from monitoring.models import MOST_NARRATIVE, Narrative, ReportingPeriod, ReportLayout
from monitoring.permissions import can_report
from twinning.core.access import StaleVersion
from twinning.core.layouts import MOST_LOGO_BYTES, whole_order
from twinning.core.models import Change, User
from twinning.core.pages import ActForm
from twinning.core.reports import ReportKind, SectionKind


class PlaceForm(forms.Form):
    """Which texts: of what, about which period, in which language. Bound to the address, whose gaps it fills."""

    cluster = forms.ModelChoiceField(
        label=lazy("Reports on"), queryset=Cluster.objects.none(), to_field_name="slug", required=False
    )
    period = forms.ModelChoiceField(
        label=lazy("About"),
        queryset=ReportingPeriod.objects.none(),
        required=False,
        empty_label=lazy("Any time: stands in every report"),
    )
    language = forms.ChoiceField(label=lazy("Language"), choices=settings.LANGUAGES)

    def __init__(
        self, asked: QueryDict, *, reader: User, programme: Programme, kind: ReportKind, language: str
    ) -> None:
        clusters = clusters_where(reader, programme, Can.REPORT)
        whole = can_report(reader, programme, None) and not kind.needs_cluster
        data = asked.copy()
        data.setdefault("language", language or reader.language or "en")
        if not whole and clusters:
            data.setdefault("cluster", clusters[0].slug)
        super().__init__(data)
        cluster = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        cluster.queryset = Cluster.objects.filter(pk__in=[one.pk for one in clusters])
        cluster.required = not whole
        cluster.empty_label = str(_("The whole programme")) if whole else None
        period = cast("forms.ModelChoiceField[ReportingPeriod]", self.fields["period"])
        period.queryset = ReportingPeriod.objects.filter(programme=programme).order_by("-first")


def _seal(text: str) -> str:
    """By what a form knows again the text that it was opened with."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class TextsForm(forms.Form):
    """A text for each section. What stands is asked for by section, so that two may write different sections at once.

    ``values`` are those that the person changed, with the record that stood there. Somebody else's text in the same
    section is shown beside, and saving again is then a decision.
    """

    conflict: list[tuple[str, str, str]] | None = None
    conflict_change: Change | None = None

    def __init__(
        self,
        *args: Any,
        sections: Sequence[SectionKind],
        left_out: Sequence[str],
        standing: Mapping[str, Narrative],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections, self.standing = sections, standing
        for one in sections:
            text = self._text(one.anchor)
            self.fields[one.anchor] = forms.CharField(
                label=str(one.heading),
                required=False,
                max_length=MOST_NARRATIVE,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("The layout leaves this section out.") if one.anchor in left_out else "",
            )
            self.fields[f"seen_{one.anchor}"] = forms.CharField(
                required=False, initial=_seal(text), widget=forms.HiddenInput
            )

    def _text(self, anchor: str) -> str:
        return self.standing[anchor].text if anchor in self.standing else ""

    def _typed(self, anchor: str) -> str:
        return str(self.cleaned_data.get(anchor, "")).replace("\r\n", "\n").strip()

    def _touched(self, anchor: str) -> bool:
        """Whether the person changed it; a form that was sent without its seal did."""
        return _seal(self._typed(anchor)) != self.cleaned_data.get(f"seen_{anchor}")

    @property
    def values(self) -> dict[str, tuple[str, Narrative | None]]:
        """Raises StaleVersion where somebody else changed a section that the person changed too."""
        changed = {}
        for anchor in (one.anchor for one in self.sections):
            typed, stands = self._typed(anchor), self._text(anchor)
            if typed == stands or not self._touched(anchor):
                continue
            if self.cleaned_data.get(f"seen_{anchor}") != _seal(stands):
                raise StaleVersion(self.standing.get(anchor))
            changed[anchor] = (typed, self.standing.get(anchor))
        return changed

    def show_conflict(self, current: Narrative | None) -> None:
        data = cast(QueryDict, self.data).copy()
        self.conflict = []
        for one in self.sections:
            typed, stands = self._typed(one.anchor), self._text(one.anchor)
            if typed != stands and self.cleaned_data.get(f"seen_{one.anchor}") != _seal(stands):
                mine = self._touched(one.anchor)
                said = typed if mine else _("left as it was: the saved one is taken over")
                self.conflict.append((str(one.heading), stands, said))
                data[one.anchor] = typed if mine else stands
                data[f"seen_{one.anchor}"] = _seal(stands)
        self.conflict_change = Change.objects.of(current).first() if current else None
        self.data = data


class LayoutForm(PartForm):
    logo = forms.FileField(
        label=lazy("Logo"),
        required=False,
        help_text=lazy(
            "PNG or JPEG, at most 1 MB. It is drawn anew on white, without what a camera wrote into it."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    without_logo = forms.BooleanField(label=lazy("Take the logo off"), required=False)

    class Meta:
        model = ReportLayout
        fields = ["subtitle", "accent", "logo_alt", "language", "shows_qr"]
        widgets = {"accent": forms.TextInput(attrs={"size": 9, "spellcheck": "false"})}

    def __init__(self, *args: Any, kind: ReportKind, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.has_logo = kind, has_logo
        self.fields["language"].choices = [("", _("as who asks for it chooses")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        if not has_logo:
            del self.fields["without_logo"]
        order, left_out = self.instance.order, self.instance.left_out
        by_anchor = {one.anchor: one for one in kind.sections or ()}
        self.order = whole_order(kind.sections or (), order)
        for place, anchor in enumerate(self.order, start=1):
            self.fields[f"place_{anchor}"] = forms.IntegerField(
                label=_("Place of “%(section)s”") % {"section": by_anchor[anchor].heading},
                min_value=1,
                max_value=len(self.order),
            )
            self.initial[f"place_{anchor}"] = place
            if not by_anchor[anchor].required:
                self.fields[f"print_{anchor}"] = forms.BooleanField(
                    label=_("Print “%(section)s”") % {"section": by_anchor[anchor].heading},
                    required=False,
                )
                self.initial[f"print_{anchor}"] = anchor not in left_out

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"kind": self.kind, "has_logo": self.has_logo}

    @property
    def rows(self) -> list[tuple[SectionKind, Any, Any]]:
        """(section, field of its place, field of whether it is printed or None), in their order."""
        by_anchor = {one.anchor: one for one in self.kind.sections or ()}
        return [
            (
                by_anchor[anchor],
                self[f"place_{anchor}"],
                None if by_anchor[anchor].required else self[f"print_{anchor}"],
            )
            for anchor in self.order
        ]

    @property
    def plain(self) -> list[Any]:
        """The fields that are no part of the table of sections."""
        names = ("subtitle", "accent", "logo", "logo_alt", "without_logo", "shows_qr", "language")
        return [self[name] for name in names if name in self.fields]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes. Two sections with one number keep the order in which they stood."""
        said = self.cleaned_data
        logo = said["logo"].read(MOST_LOGO_BYTES + 1) if said.get("logo") else None
        return {
            **{name: said[name] for name in self.Meta.fields},
            "order": sorted(self.order, key=lambda anchor: said[f"place_{anchor}"]),
            "left_out": [anchor for anchor in self.order if said.get(f"print_{anchor}", True) is False],
            "logo": logo,
            "without_logo": bool(said.get("without_logo")) and logo is None,
        }


class ResetForm(ActForm):
    """Asks only whether one is sure."""
