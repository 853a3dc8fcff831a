"""The pictures of assessments: numbers of ``queries`` to the drawings of ``core``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from diagnostics.queries.assessments import ExcellenceResults, ReadinessResults
from diagnostics.queries.cluster_assessments import ClusterReadiness, ExcellenceMeans
from diagnostics.rules.scoring import TOP_SCORE
from twinning.core.charts import LEAST_AXES, Pair, Series, bar_pairs, radar

RADAR_WIDTH = 560
PAIRS_WIDTH = 720


def excellence(results: ExcellenceResults, *, inked: bool = False, font: str = "") -> SafeString:
    """The firm, and where it may be shown the mean of its cluster; "" for fewer areas than a radar has axes."""
    series = [Series(_("This firm"), [gap.score for gap in results.gaps])]
    if results.has_means:
        series.append(Series(_("Mean of the cluster"), [gap.mean for gap in results.gaps]))
    title = _("Excellence by area, from 0 to 5")
    return _radar([gap.area for gap in results.gaps], series, TOP_SCORE, 5, title, inked, font)


def excellence_of_cluster(means: ExcellenceMeans, *, inked: bool = False, font: str = "") -> SafeString:
    """The means that may be shown; "" where that is fewer than a radar has axes."""
    shown = [mean for mean in means.means if mean.value is not None]
    series = [Series(_("Mean of the firms"), [mean.value for mean in shown])]
    axes = [means.labels[mean.key] for mean in shown]
    return _radar(axes, series, TOP_SCORE, 5, _("Mean excellence by area, from 0 to 5"), inked, font)


def readiness(results: ReadinessResults, *, inked: bool = False, font: str = "") -> SafeString:
    """Before and after where there are both, else the one assessment; "" for fewer than three pillars."""
    compared = [line.compared for line in results.pillars if line.compared]
    labels = [line.label for line in results.pillars]
    if len(compared) == len(results.pillars) and compared:
        before = [one.before.share if one.before else None for one in compared]
        after = [one.after.share if one.after else None for one in compared]
        series = [Series(_("Before"), before), Series(_("After"), after)]
    else:
        series = [Series(_("Readiness"), [line.score.share for line in results.pillars])]
    return _radar(labels, series, 100, 4, _("Readiness by pillar, in percent"), inked, font)


def readiness_of_cluster(found: ClusterReadiness, *, inked: bool = False, font: str = "") -> SafeString:
    pairs = [
        Pair(
            line.label,
            (line.before.value if line.before else None, line.after.value if line.after else None),
        )
        for line in found.pillars
    ]
    return bar_pairs(
        pairs,
        (_("Before"), _("After")),
        most=100,
        unit="%",
        missing=_("not shown"),
        language=get_language() or "en",
        width=PAIRS_WIDTH,
        title=_("Mean readiness by pillar, before and after"),
        description=_("The table beside the picture says the same."),
        ident="readiness",
        inked=inked,
        font=font,
    )


def _radar(
    axes: Sequence[str],
    series: Sequence[Series],
    most: int,
    rings: int,
    title: str,
    inked: bool,
    font: str,
) -> SafeString:
    if len(axes) < LEAST_AXES:
        return SafeString("")
    return radar(
        axes,
        series,
        most=most,
        rings=rings,
        language=get_language() or "en",
        width=RADAR_WIDTH,
        title=f"{title}: {'; '.join(_in_words(axes, one) for one in series)}",
        description=_("The table beside the picture says the same."),
        inked=inked,
        font=font,
    )


def _in_words(axes: Sequence[str], series: Series) -> str:
    values = ", ".join(
        f"{axis} {_number(value)}"
        for axis, value in zip(axes, series.values, strict=True)
        if value is not None
    )
    return f"{series.label}: {values}"


def _number(value: Decimal | float) -> str:
    return format(round(Decimal(str(value)), 1).normalize(), "f")
