"""A questionnaire from a file: an XLSForm, or a definition as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.xlsform import Found, read_xlsform
from twinning.core.tabular import UnfitSheet, media

LONGEST_JSON = 2 * 1024 * 1024  # bytes


def read_definition(data: bytes, filename: str = "") -> Found:
    """What the file makes of a questionnaire; it may still be unsound. Raises UnfitSheet where it is neither."""
    if media(data) == "zip":
        return read_xlsform(data, filename)
    if len(data) > LONGEST_JSON:
        raise UnfitSheet(_("This is too long for a questionnaire."))
    try:
        return Found(definition_in(data.decode("utf-8-sig")), "")
    except ValueError as error:
        raise UnfitSheet(str(error)) from error


def definition_in(text: str) -> Any:
    """A definition that was written as JSON. Raises ValueError with words for a person."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            _("This JSON cannot be read from line %(line)d, column %(column)d on.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except RecursionError as error:
        raise ValueError(_("This JSON cannot be read.")) from error
    if not isinstance(raw, dict):
        raise ValueError(_("A questionnaire is an object in braces."))
    return raw


def as_json(definition: Any) -> str:
    return json.dumps(definition, ensure_ascii=False, indent=2)
