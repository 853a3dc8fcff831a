"""The forms of an import: the file, its columns, and what is asked about its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from activities.importers.mapping import left_out, letter_of
from activities.models import Activity, ImportBatch, ImportRow
from activities.services import AS_PROPOSED, import_label
from clusters.models import Cluster
from twinning.core import periods
from twinning.core.batches import ROW_KINDS
from twinning.core.periods import Reading
from twinning.core.tabular import ENCODINGS

FIELD_LABELS = {
    "number": _("Number"),
    "title": _("Activity"),
    "period": _("Period, or its first day"),
    "period_end": _("Last day, where the period has two columns"),
    "kind": _("Type"),
    "format": _("Format"),
    "status": _("Status"),
    "organiser": _("Organiser"),
    "venue": _("Venue"),
    "note": _("Note"),
    "tags": _("Tags"),
}
_MOST_COLUMNS = 60
_TYPED = "text"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=_("Cluster"), empty_label=_("Choose the cluster")
    )
    file = forms.FileField(
        label=_("Sheet"),
        help_text=_("XLSX, ODS or CSV, up to 100,000 rows. Nothing enters the log before you have seen it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,.tsv"}),
    )
    status_date = forms.DateField(
        label=_("Status as of"),
        required=False,
        widget=DayInput,
        help_text=_("The day whose state the sheet tells. Left blank, it is taken from the sheet's title."),
    )

    def __init__(self, *args: Any, clusters: Sequence[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.ModelChoiceField[Cluster] = self.fields["cluster"]  # type: ignore[assignment]
        chosen.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
        if len(clusters) == 1:
            chosen.initial = clusters[0].pk


class SheetForm(forms.Form):
    """Which sheet of the file, and for text in which encoding it is written."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        mapping = batch.mapping
        kwargs["initial"] = {"sheet": batch.sheet, "encoding": mapping.get("encoding", "")}
        super().__init__(*args, **kwargs)
        names = mapping.get("sheets", [])
        if len(names) > 1:
            self.fields["sheet"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]
        if mapping.get("kind") == "csv":
            found = mapping.get("encoding", "")
            known = ENCODINGS if found in ENCODINGS else {found: found.upper(), **ENCODINGS}
            self.fields["encoding"].choices = list(known.items())  # type: ignore[attr-defined]
        else:
            del self.fields["encoding"]


class ColumnsForm(forms.Form):
    """For each column of the sheet what it holds."""

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        heads: list[str] = batch.mapping.get("heads", [])
        preview = batch.mapping.get("preview", [])
        places: Mapping[str, int] = batch.mapping.get("columns", {})
        held = {place: name for name, place in places.items()}
        width = max([len(heads), *(len(texts) for _row, texts in preview), *(p + 1 for p in places.values())])
        choices = [("", gettext("nothing of an activity")), *FIELD_LABELS.items()]
        for place in range(min(width, _MOST_COLUMNS)):
            head = heads[place] if place < len(heads) else ""
            field = forms.ChoiceField(
                choices=choices, required=False, initial=held.get(place, ""), label=head or letter_of(place)
            )
            self.fields[str(place)] = field

    @property
    def lines(self) -> Iterable[tuple[str, str, list[str], forms.BoundField]]:
        """Letter, head, first cells and field of each column."""
        heads = self.batch.mapping.get("heads", [])
        preview = self.batch.mapping.get("preview", [])
        for name in self.fields:
            place = int(name)
            cells = [texts[place] for _row, texts in preview if place < len(texts) and texts[place]]
            yield letter_of(place), heads[place] if place < len(heads) else "", cells[:3], self[name]

    @property
    def left_out(self) -> list[str]:
        """The columns that hold something, and nothing of an activity."""
        held = [int(name) for name in self.fields if self[name].value()]
        filled = [place for place, (_letter, head, cells, _field) in enumerate(self.lines) if head or cells]
        return left_out(self.batch.mapping.get("heads", []), held, filled)

    def clean(self) -> dict[str, Any]:
        found: dict[str, str] = {}
        for name in self.fields:
            held = self.cleaned_data.get(name, "")
            if held and held in found:
                label = FIELD_LABELS[held]
                self.add_error(name, gettext("Two columns cannot both hold “%(field)s”.") % {"field": label})
            elif held:
                found[held] = name
        if "title" not in found:
            self.add_error(None, gettext("Say which column holds the activity."))
        return self.cleaned_data

    @property
    def columns(self) -> dict[str, int]:
        held = {self.cleaned_data[name]: int(name) for name in self.fields if self.cleaned_data.get(name)}
        return {name: held[name] for name in FIELD_LABELS if name in held}


def shown_period(reading: Reading) -> str:
    """A reading in the reader's language; "" where no date was understood."""
    return periods.display(reading, get_language() or "en")


class RowForm(forms.Form):
    """What a person may decide about one row of the dry run. Only what is asked has a field."""

    def __init__(self, row: ImportRow, data: Any = None) -> None:
        super().__init__(data, prefix=str(row.pk), auto_id="row-%s")
        self.row = row
        self.reading = Reading.from_json(row.reading)
        self.open = row.action in (ImportRow.Action.NEW, ImportRow.Action.CHANGED)
        if self.open:
            self._ask_period()
            self._ask_same()
            self.fields["leave"] = forms.BooleanField(
                required=False, label=_("leave this row out"), initial=row.decision.get("leave", False)
            )

    def _ask_period(self) -> None:
        row, reading = self.row, self.reading
        if reading.is_certain or (
            row.action == ImportRow.Action.CHANGED and "period_text" not in row.changes
        ):
            return
        language = get_language() or "en"
        proposed = periods.display(reading, language) or gettext("no date")
        choices = [(str(AS_PROPOSED), gettext("as proposed: %(period)s") % {"period": proposed})]
        for place, other in enumerate(reading.alternatives):
            why = _translated(other.reason)
            choices.append((str(place), f"{periods.display(other.segments, language)} ({why})"))
        choices.append((_TYPED, gettext("otherwise, namely")))
        decided = self.row.decision
        initial = _TYPED if decided.get("text") else str(decided["period"]) if "period" in decided else None
        self.fields["period"] = forms.ChoiceField(
            choices=choices,
            required=False,
            widget=forms.RadioSelect,
            initial=initial,
            label=_("How it is read"),
        )
        self.fields["text"] = forms.CharField(
            required=False,
            max_length=200,
            label=_("The period in your words"),
            initial=decided.get("text", ""),
        )

    def _ask_same(self) -> None:
        choices: list[tuple[str, str]] = []
        for proposal in self.row.proposals:
            words = {key: proposal.get(key, "") for key in ("row", "title", "period", "cluster")}
            if proposal["kind"] == "row":
                text = gettext("the same event as row %(row)s: leave it out") % words
                choices.append(("row", text))
            elif proposal["kind"] == "joint":
                text = (
                    gettext("the same event as “%(title)s” (%(period)s) of %(cluster)s: one record") % words
                )
                choices.append((str(proposal["activity"]), text))
            else:
                text = gettext("the same, reworded: it was “%(title)s” (%(period)s)") % words
                choices.append(("", text))
        if not choices:
            return
        choices.append(("other", gettext("another event")))
        reworded = any(proposal["kind"] == "match" for proposal in self.row.proposals)
        decided = self.row.decision.get("same")
        self.fields["same"] = forms.ChoiceField(
            choices=choices,
            required=False,
            widget=forms.RadioSelect,
            initial=str(decided) if decided is not None else "" if reworded else "other",
            label=_("Is it the same event?"),
        )

    @property
    def decision(self) -> dict[str, Any]:
        """What the service keeps; call after is_valid."""
        values = self.cleaned_data
        decision: dict[str, Any] = {"leave": values.get("leave", False)}
        same = values.get("same", "")
        decision["same"] = int(same) if same.isdigit() else same
        period = values.get("period", "")
        if values.get("text") and period in ("", _TYPED):
            decision["text"] = values["text"]
        elif period not in ("", _TYPED):
            decision["period"] = int(period)
        return decision

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("period") == _TYPED and not self.cleaned_data.get("text"):
            self.add_error("text", gettext("Write how the period is to be read."))
        return self.cleaned_data

    # What the page shows of the row ------------------------------------------------------------------

    @property
    def kind(self) -> str:
        return ROW_KINDS[ImportRow.Action(self.row.action)]

    @property
    def read_as(self) -> str:
        return shown_period(self.reading)

    @property
    def reasons(self) -> list[str]:
        asked = "period" in self.fields
        return [why.translated(gettext) for why in self.reading.reasons] if asked else []

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(label, before, after) of each field that the row changes, in words."""
        return [
            (import_label(name), _worded(name, before), _worded(name, after))
            for name, (before, after) in self.row.changes.items()
        ]

    @property
    def remarks(self) -> list[str]:
        return [str(_REMARKS[flag]) for flag in self.row.flags if flag in _REMARKS]

    @cached_property
    def asks(self) -> bool:
        return bool({"period", "same"} & set(self.fields))


_REMARKS = {
    "formula": _("A cell is a formula: its stored value was taken."),
    "merged": _("A cell is covered by a merged one and repeats its text."),
    "number_missing": _("It has no number in the sheet: the order of the rows gives one."),
    "organiser_unknown": _("Its organiser is not among the programme's organisations and is not linked."),
}
_CHOICES = {"status_set": Activity.StatusSet, "format": Activity.Format}


def _translated(reason: str) -> str:
    return reason.translated(gettext) if isinstance(reason, periods.Reason) else reason


def _worded(name: str, value: Any) -> str:
    if name == "organisers":
        return ngettext("%(count)d organisation", "%(count)d organisations", len(value)) % {
            "count": len(value)
        }
    if name in _CHOICES:
        return str(dict(_CHOICES[name].choices).get(value, value))
    return str(value)
