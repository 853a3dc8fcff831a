"""The rules of the method in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from diagnostics.rules.candidates import Basis
from diagnostics.rules.studies import Gap
from twinning.core.countries import country_name

GAPS = {
    Gap.GROUP_NOT_SAMPLED: _("No firm of these product groups was sampled; the study goes by product."),
    Gap.GROUP_WITHOUT_ROWS: _("No row of the analysis of business operation speaks of these product groups."),
    Gap.NO_ROWS: _("The analysis of business operation has no rows yet."),
    Gap.NO_ENTRY_POINT: _("These rows name no entry point: which firms, which intermediary."),
    Gap.NOT_TWINNING: _(
        "No solution lies in an advanced cluster. That leads to cluster development, not to twinning."
    ),
    Gap.NO_BASELINE: _("There is no baseline against which results could be measured."),
    Gap.UNPLACED: _("These rows have their solution in an advanced cluster, and nothing in them says where."),
    Gap.WILLINGNESS_OPEN: _(
        "Willingness and conditions for support are not known. Without them a twinning does not get beyond a study."
    ),
    Gap.FINDING_OPEN: _("These of the six findings are still open."),
}

BASES = {
    Basis.NAMED: _("names it: %(words)s"),
    Basis.BODY: _("names a body of it: %(words)s"),
    Basis.COUNTRY: _("names only its country"),
}

STAKEHOLDERS = {
    "principal-firm": _("firms of the same trade"),
    "machinery": _("machinery makers"),
    "materials": _("suppliers of raw material"),
    "chemicals": _("chemical suppliers"),
    "experts": _("experts and technicians"),
    "institution": _("technical institutions"),
    "association": _("associations"),
    "buyers": _("buyers"),
    "finance": _("investors and banks"),
}


def why(basis: str, words: str) -> str:
    """Why a row speaks for a place. ``words`` are those of the row, or the code of the country that they name."""
    named = country_name(words) if len(words) == 2 and words.isupper() else words
    return str(BASES[Basis(basis)]) % {"words": named}


def looked_for(kinds: Iterable[str]) -> list[str]:
    """Kinds of stakeholder in words."""
    return [str(STAKEHOLDERS.get(kind, kind)) for kind in kinds]
