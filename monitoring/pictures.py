"""The pictures of evaluations: numbers of ``queries`` to the drawings of ``core``."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitoring.queries.evaluations import Ratings
from monitoring.rules.evaluation import BEST
from twinning.core.charts import Series, radar

WIDTH = 560


def criteria(found: Ratings, *, inked: bool = False, font: str = "") -> SafeString:
    """The mean rating of each criterion, from 0 in the middle to 6; "" where none is rated."""
    means = [line.found.mean for line in found.lines]
    if not any(mean is not None for mean in means):
        return SafeString("")
    words = ", ".join(
        f"{line.criterion.label} {number_format(line.found.mean)}"
        for line in found.lines
        if line.found.mean is not None
    )
    return radar(
        [str(line.criterion.label) for line in found.lines],
        [Series(_("Rating"), means)],
        most=BEST,
        rings=BEST,
        language=get_language() or "en",
        width=WIDTH,
        title=_("Ratings by criterion, from 1 to 6: %(words)s") % {"words": words},
        description=_("The table beside the picture says the same."),
        ident="criteria",
        inked=inked,
        font=font,
    )
