"""Model fields that more than one room uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twinning.core import periods


def validate_edtf(value: str) -> None:
    try:
        periods.from_edtf(value)
    except ValueError as error:
        raise ValidationError(
            _("“%(value)s” is not a date such as 2008, 2008-06, 2008-06-24 or 2008-06/2008-07."),
            params={"value": value},
            code="edtf",
        ) from error


if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
    _SlugField = models.SlugField[str, str]
else:
    _TextField = models.CharField
    _SlugField = models.SlugField


class EdtfField(_TextField):
    """A date as far as it is known, in EDTF (ISO 8601-2): 2008, 2008-06, 2008-06-24, 2006-11/2007-02."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_edtf)


validate_slug = RegexValidator(
    r"^[a-z0-9]+(-+[a-z0-9]+)*\Z", _("Use small letters, digits and hyphens."), "slug"
)


class SlugField(_SlugField):
    """What stands for a record in addresses: small letters, digits and hyphens between them."""

    default_validators = [validate_slug]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        # Not Django's own field, which would say the same once more in other words.
        widget = forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"})
        return models.CharField.formfield(self, **{"widget": widget, **kwargs})

    def deconstruct(self) -> Any:
        # The column is Django's: what may stand in it is no matter of migrations.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs


class ChoiceListField(models.JSONField):
    """Several of a fixed list of choices, kept as a JSON list in the order of the list."""

    def __init__(self, *args: Any, of: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.of = of  # None only for the frozen field of a migration, which the choices do not concern
        super().__init__(*args, **{**kwargs, "default": list, "blank": True})

    def clone(self) -> ChoiceListField:
        copied = super().clone()
        copied.of = self.of
        return copied

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        known = set(self.of.values) if self.of else set()
        if not isinstance(value, list) or not set(value) <= known:
            raise ValidationError(_("“%(value)s” is not among the choices."), params={"value": value})
