from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import RecordForm, ScopedForm, edtf_fields, narrow
from clusters.models import Agreement, AgreementClaim, AgreementParty, Organisation


class AgreementForm(RecordForm):
    signed = edtf_fields(Agreement, "signed")["signed"]

    class Meta:
        model = Agreement
        fields = [
            "kind",
            "title",
            "twinning",
            "purpose",
            "areas",
            "attempted_only",
            "signed",
            "valid_from",
            "valid_to",
            "ended_on",
            "validity_text",
            "renewal",
            "replaced_by",
            "outcome",
        ]
        help_texts = {
            "validity_text": _("In the words of the agreement, or of whoever reports it."),
            "ended_on": _("The day from which it no longer held, whatever it says itself."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "replaced_by", lambda rows: rows.exclude(pk=self.instance.pk))
        self._hold_to_claims()

    def _hold_to_claims(self) -> None:
        """What a preferred claim states is shown and not changed here; the service would refuse it."""
        for claim in self.instance.claims.filter(preferred=True) if self.instance.pk else ():
            said = _("As the preferred claim says (%(source)s). Change that claim, or prefer another one.")
            for name in claim.dates:
                self.fields[name].disabled = True
                self.fields[name].help_text = said % {"source": claim.source}


class PartyForm(ScopedForm):
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Organisation"))
    role = forms.ChoiceField(
        label=_("Role"), choices=AgreementParty.Role.choices, initial=AgreementParty.Role.SIGNATORY
    )
    side = forms.ChoiceField(
        label=_("Side"), choices=AgreementParty.Side.choices, initial=AgreementParty.Side.EMERGING
    )
    chapter = forms.CharField(
        label=_("Chapter"), max_length=120, required=False, help_text=_("Such as a provincial branch.")
    )


class PartyRow(PartyForm):
    """One of several on a page: what is offered beforehand makes a row no party."""

    def has_changed(self) -> bool:
        return bool({"organisation", "chapter"} & set(self.changed_data))


def parties_in(formset: BaseFormSet[Any]) -> list[dict[str, Any]]:
    """What ``services.create_agreement`` takes, from the rows that were filled in."""
    rows = [form.cleaned_data for form in formset.forms if form.has_changed()]
    return [row for row in rows if row.get("organisation")]


class BaseParties(BaseFormSet):  # type: ignore[type-arg]
    """Rows left empty are no parties; the service says what an agreement needs."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """The sides by turns, since most agreements are between the two."""
        sides = (AgreementParty.Side.EMERGING, AgreementParty.Side.ADVANCED)
        return super().get_form_kwargs(index) | {"initial": {"side": sides[(index or 0) % 2]}}

    def clean(self) -> None:
        named = [party["organisation"].pk for party in parties_in(self)]
        if len(named) != len(set(named)):
            raise forms.ValidationError(_("The same organisation stands here twice."))


Parties = formset_factory(PartyRow, formset=BaseParties, extra=4, max_num=12, validate_max=True)


class ClaimForm(RecordForm):
    edtf = edtf_fields(AgreementClaim, "edtf")["edtf"]

    class Meta:
        model = AgreementClaim
        fields = AgreementClaim.WRITTEN
        help_texts = {"source": _("Who says so, and where it can be read.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edtf"].help_text = _(
            "As far as it is known: 2008, June 2008, 24 June 2008. For a validity the last day, or from and to:"
            " 2007-10/2008-10."
        )


class NewClaimForm(ClaimForm):
    preferred = forms.BooleanField(
        label=_("Prefer this claim"), required=False, help_text=_("The others stay and are shown beside it.")
    )


class DocumentForm(forms.Form):
    file = forms.FileField(label=_("File"))
    description = forms.CharField(label=_("What it is"), max_length=200, required=False)
