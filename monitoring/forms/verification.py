"""The forms by which everybody verifies a copy of a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from twinning.core.report_codes import read_code
from twinning.core.uploads import HashedUpload


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the report"),
        max_length=40,
        help_text=_("Twelve letters and digits on its first page, such as K7QM-2XWD-9RTA."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "size": 20}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                gettext("A code has twelve letters and digits; the letter U is not among them. Look again.")
            )
        return code


class CopyForm(forms.Form):
    """A file, or its SHA-256: of either, ``sha256`` in what is cleaned."""

    file = forms.FileField(
        label=_("Your file"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, Word, spreadsheet, CSV or JSON. It is read and not kept."),
    )
    sha256 = forms.CharField(
        label=_("or its SHA-256"),
        required=False,
        max_length=100,
        help_text=_("64 digits and letters, as sha256sum prints them."),
        validators=[RegexValidator(r"\A\s*[0-9A-Fa-f]{64}\s*\Z", _("A SHA-256 has 64 digits from 0 to f."))],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file = values.get("file")
        if self.too_large:
            self.add_error("file", gettext("The file is larger than any report that is made here."))
        elif isinstance(file, HashedUpload):
            values["sha256"] = file.sha256
        elif not values.get("sha256") and "sha256" not in self.errors:
            self.add_error("file", gettext("Choose the file, or paste its SHA-256."))
        values["sha256"] = values.get("sha256", "").strip().lower()
        return values
