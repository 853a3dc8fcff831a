"""The rules of IATI's ruleset that a file must keep, by their ids there, in plain words.

An error (E) keeps an activity out of the file; a warning (W) does not. Those that begin with "own" are ours: what the
schema demands, or what the ruleset is known to overlook.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Severity(StrEnum):
    ERROR = "E"
    WARNING = "W"


class Rule(NamedTuple):
    severity: Severity
    words: StrOrPromise


def _error(words: StrOrPromise) -> Rule:
    return Rule(Severity.ERROR, words)


def _warning(words: StrOrPromise) -> Rule:
    return Rule(Severity.WARNING, words)


_SHARES_MISSING = _("There are several, so each needs its percentage.")
_SHARES_WRONG = _("The percentages must add up to 100.")
_SHARE_ALONE = _("There is only one, so its percentage is left out, or is 100.")
_NAMELESS = _("An organisation needs a reference or a name.")
_NO_VALUE = _("There is no value. Only what is told in words does without one.")
_NO_NUMBER = _("The value is no number.")
_VALUE_OF_WORDS = _("What is told in words has no value beside it.")

RULES: dict[str, Rule] = {
    "own.1": _error(_("There is no identifier: say under which reference the programme is published.")),
    "own.2": _error(_("The reporting organisation needs a reference, a type and a name.")),
    "own.3": _error(_("Say which organisations take part: who funds the programme, who carries it out.")),
    "own.4": _warning(_("A target of the SDG says its goal too: leave the goal away.")),
    "own.5": _error(_("A document needs an address, a title and a kind of file.")),
    "1.1.3": _error(_("The identifier is that of the organisation. An activity has one of its own.")),
    "1.1.21": _warning(
        _("The identifier should begin with the reference of the reporting organisation and a hyphen.")
    ),
    "1.3.1": _warning(_("There is a space before or after the identifier.")),
    "1.3.13": _warning(_("An identifier has none of the signs / & | ? in it.")),
    "4.1.1": _error(_("Say in which language the texts are.")),
    "4.3.1": _error(_("The title is empty.")),
    "4.4.1": _error(_("The description is empty.")),
    "6.11.1": _error(_("Say when it starts, or started.")),
    "11.1.1": _error(_("It says that it was changed at a time to come.")),
    "11.1.2": _error(_("The planned end is before the planned start.")),
    "11.1.3": _error(_("The end is before the start.")),
    "11.1.4": _error(_("It started on a day to come: that is a planned start.")),
    "11.1.5": _error(_("It ended on a day to come: that is a planned end.")),
    "11.2.1": _error(_("The transaction is of a day to come.")),
    "11.2.2": _error(_("The value of the transaction is of a day to come.")),
    "6.2.2": _error(_("Say in which sector: of the whole, or of each transaction.")),
    "6.6.2": _error(_("Sectors are said of the whole or of its transactions, not of both.")),
    "6.7.2": _error(_("Some transactions say their sector, so all must.")),
    "2.1.1": _error(_SHARES_MISSING),
    "2.1.2": _error(_SHARES_WRONG),
    "2.1.4": _error(_SHARE_ALONE),
    "12.3.1": _error(_("A percentage of a sector is a number from 0 to 100.")),
    "102.1.1": _warning(_("Say the purpose by a code of the DAC (vocabulary 1) too.")),
    "2.2.1": _error(_("A sector with a code of one’s own (98, 99) needs its name.")),
    "3.1.1": _error(_SHARES_MISSING),
    "3.1.2": _error(_SHARES_WRONG),
    "3.1.4": _error(_SHARE_ALONE),
    "3.4.1": _error(_("There are several countries and regions, so each needs its percentage.")),
    "3.4.2": _error(_("The percentages of countries and regions must together make 100.")),
    "3.4.4": _error(_SHARE_ALONE),
    "3.6.2": _error(_("Countries and regions are said of the whole or of its transactions, not of both.")),
    "3.7.1": _error(_("Say in which country or region: of the whole, or of each transaction.")),
    "3.7.2": _error(_("Some transactions say their country or region, so all must.")),
    "6.13.1": _error(_("A policy marker needs its significance.")),
    "6.14.1": _error(_("A policy marker with a code of one’s own (99) needs its name.")),
    "6.8.1": _error(_NAMELESS),
    "6.9.1": _error(_("Who gives the money needs a reference or a name.")),
    "6.9.2": _error(_("Who gets the money needs a reference or a name.")),
    "6.10.1": _error(_NAMELESS),
    "7.5.3": _error(_("A budget is of one year at most: part it.")),
    "8.6.3": _error(_("The budget ends before it starts.")),
    "7.8.1": _error(_("An amount of money needs its currency.")),
    "107.1.2": _warning(_("There is one type of aid for each vocabulary.")),
    "8.6.1": _error(_("The period ends before it starts.")),
    "8.8.1": _error(_NO_VALUE),
    "8.8.2": _warning(_NO_NUMBER),
    "8.8.3": _warning(_VALUE_OF_WORDS),
    "8.9.1": _error(_NO_VALUE),
    "8.9.2": _warning(_NO_NUMBER),
    "8.9.3": _warning(_VALUE_OF_WORDS),
    "8.10.1": _error(_NO_VALUE),
    "8.10.2": _warning(_NO_NUMBER),
    "8.10.3": _warning(_VALUE_OF_WORDS),
    "8.11.1": _error(_("A reference stands at the result or at its indicators, not at both.")),
}
