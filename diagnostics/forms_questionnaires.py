"""The forms of questionnaires, and of the import of what was filled elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from diagnostics.importers.definitions import as_json, definition_in, read_definition
from diagnostics.importers.xlsform import Remark
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.rules.kinds import Kind
from diagnostics.rules.soundness import Problem
from twinning.core.access import DomainError
from twinning.core.attachments import read_upload
from twinning.core.pages import VersionedForm

_SHEETS = forms.FileInput(attrs={"accept": ".xlsx,.ods,.json"})
_TAKEN_BY_ADDRESSES = {"new"}


class DefinitionForm(VersionedForm):
    """Takes a definition from a file or as text. What a file says that a definition cannot hold is named first, and
    the definition that was read stands in the text, so that nothing is uploaded twice.

    ``remarks``: how the XLSForm was read; ``problems``: (place, row of the sheet, what is wrong).
    """

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=_SHEETS,
        help_text=_("An XLSForm (XLSX, ODS), or a definition as JSON. It takes the place of the text below."),
    )
    definition = forms.CharField(
        label=_("Definition"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
        help_text=_("The questions as JSON, as the download gives them."),
    )

    remarks: Sequence[Remark] = ()
    problems: Sequence[tuple[str, int | None, str]] = ()

    def __init__(self, *args: Any, instance: QuestionnaireVersion | None = None, **kwargs: Any) -> None:
        self.instance = instance
        self._rows: dict[str, int] = {}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        file = values.get("file")
        if file:
            self._read(file)
        elif values.get("definition", "").strip():
            try:
                values["definition"] = definition_in(values["definition"])
            except ValueError as error:
                self.add_error("definition", str(error))
        return values

    def _read(self, file: Any) -> None:
        try:
            found = read_definition(read_upload(file), file.name or "")
        except DomainError as error:
            self.add_error("file", str(error.message))
            return
        self.cleaned_data["definition"] = found.definition
        self.remarks, self._rows = found.remarks, found.rows
        # What was read stands in the text from now on; a browser does not send the file a second time.
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("definition")] = as_json(found.definition)
        self.data = data
        if found.loses:
            self.add_error(
                None,
                gettext(
                    "Not everything in this XLSForm can be asked here. Look at the list: save to go on without"
                    " it, or mend the file and upload it again."
                ),
            )

    @property
    def shows_text(self) -> bool:
        """Whether what must be mended is to be mended in the text rather than in a file."""
        return "definition" in self.errors or (bool(self.problems) and not self._rows)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = [(one.where, self._rows.get(one.where), one.message) for one in problems]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values.items() if name != "file"}


class DraftForm(DefinitionForm):
    """The draft of the next version."""

    note = forms.CharField(
        label=_("What changes"),
        required=False,
        max_length=300,
        help_text=_("For those who fill forms in the version in use now."),
    )
    field_order = ["file", "note", "definition"]

    def __init__(self, *args: Any, instance: QuestionnaireVersion | None = None, **kwargs: Any) -> None:
        if instance is not None:
            own = {"definition": as_json(instance.definition), "note": instance.note}
            kwargs["initial"] = own | (kwargs.get("initial") or {})
        super().__init__(*args, instance=instance, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("file") and not values.get("definition") and "definition" not in self.errors:
            self.add_error("file", gettext("Choose a file, or write the definition."))
        return values


class NewQuestionnaireForm(DefinitionForm):
    """A questionnaire of the programme's own: after one that is there, or from a file."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Kind.choices,
        help_text=_("It says which questions must be asked, since pages and reports are made of them."),
    )
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        required=False,
        max_length=60,
        help_text=_("Left blank, it is made of the title. It is the form id in KoboToolbox and ODK."),
    )
    copy_of = forms.ModelChoiceField(
        Questionnaire.objects.none(),
        label=_("Begin with a copy of"),
        required=False,
        empty_label=_("nothing: from a file"),
    )
    field_order = ["title", "kind", "slug", "copy_of", "file", "definition"]

    def __init__(self, *args: Any, sources: Sequence[Questionnaire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        chosen = cast("forms.ModelChoiceField[Questionnaire]", self.fields["copy_of"])
        chosen.queryset = Questionnaire.objects.filter(pk__in=[source.pk for source in sources])

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:60]
        if not slug or slug in _TAKEN_BY_ADDRESSES:
            raise forms.ValidationError(gettext("Give another short name: letters, digits and hyphens."))
        return slug

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        source = values.get("copy_of")
        if source is not None and values.get("kind") and source.kind != values["kind"]:
            self.add_error("kind", gettext("This is not the kind of the questionnaire that you copy."))
        elif not source and not values.get("file") and not values.get("definition") and not self.errors:
            self.add_error("copy_of", gettext("Choose a questionnaire to copy, or a file."))
        return values


class ConfirmForm(VersionedForm):
    """Publish or retire the version that the person saw."""

    def __init__(self, *args: Any, instance: QuestionnaireVersion, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **kwargs)


class DownloadForm(forms.Form):
    """Which XLSForm: the language in which it opens, and whose firms it offers."""

    language = forms.ChoiceField(label=_("Opens in"), required=False)
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=_("Offers the firms of"),
        required=False,
        to_field_name="slug",
        empty_label=_("none: names are typed"),
    )

    def __init__(
        self, *args: Any, languages: Sequence[tuple[str, str]], clusters: Sequence[Cluster], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["language"]).choices = languages
        chosen = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        chosen.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])


class ReturnsForm(forms.Form):
    """A file of filled forms."""

    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("Questionnaire"), empty_label=_("Choose the questionnaire")
    )
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=_("Cluster"),
        required=False,
        empty_label=_("of no cluster"),
        help_text=_("Which the forms are about, and whose agent fills them."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The JSON, CSV or XLSX of KoboToolbox (with XML values and headers), the ZIP of ODK Central, or a ZIP of"
            " any of these with the photos. At most 500 forms."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.xlsx,.zip"}),
    )
    version = forms.IntegerField(
        label=_("Read as version"),
        required=False,
        min_value=1,
        help_text=_("Only where the forms do not say their version themselves."),
    )

    def __init__(
        self, *args: Any, questionnaires: Sequence[Questionnaire], clusters: Sequence[Cluster], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = cast("forms.ModelChoiceField[Questionnaire]", self.fields["questionnaire"])
        asked.queryset = Questionnaire.objects.filter(pk__in=[one.pk for one in questionnaires])
        chosen = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        chosen.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
        if len(clusters) == 1:
            chosen.initial = clusters[0].pk

    @cached_property
    def read_as(self) -> QuestionnaireVersion | None:
        """The version that was chosen; call after is_valid."""
        questionnaire, number = self.cleaned_data.get("questionnaire"), self.cleaned_data.get("version")
        if not questionnaire or number is None:
            return None
        used = QuestionnaireVersion.objects.exclude(status=QuestionnaireVersion.Status.DRAFT)
        return used.filter(questionnaire=questionnaire, number=number).first()

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("version") is not None and self.read_as is None:
            self.add_error("version", gettext("This questionnaire has no such version in use or retired."))
        return self.cleaned_data
