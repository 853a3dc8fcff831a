"""Data -> SVG. One picture serves the page and the PDF, and never says more than the data does.

Pure: no database, no clock. On pages the colours are the variables of tokens.css, so that a picture follows light and
dark; ``inked`` writes them as plain colours, for renderers that know no variables (PDF). Each picture has a title and
a description; the table with the same content is the page's to give.

Each kind of picture is a module of its own, over ``svg`` (pen, frame, colours), ``text`` (how wide words are) and
``scales`` (where a value lies).
"""

from twinning.core.charts.chain import Stage, value_chain
from twinning.core.charts.counts import Count, bar_counts
from twinning.core.charts.lines import MOST_LINES, Line, day_lines
from twinning.core.charts.network import Link, linkage_map
from twinning.core.charts.pairs import Pair, bar_pairs
from twinning.core.charts.places import Place, Tie, place_map
from twinning.core.charts.radar import LEAST_AXES, Series, radar
from twinning.core.charts.ranges import Range, range_plot
from twinning.core.charts.ranks import RankSpan, rank_spans
from twinning.core.charts.targets import Aim, target_bars
from twinning.core.charts.text import fit
from twinning.core.charts.timelines import Bar, Stretch, timeline

__all__ = [
    "LEAST_AXES",
    "MOST_LINES",
    "Aim",
    "Bar",
    "Count",
    "Line",
    "Link",
    "Pair",
    "Place",
    "Range",
    "RankSpan",
    "Series",
    "Stage",
    "Stretch",
    "Tie",
    "bar_counts",
    "bar_pairs",
    "day_lines",
    "fit",
    "linkage_map",
    "place_map",
    "radar",
    "range_plot",
    "rank_spans",
    "target_bars",
    "timeline",
    "value_chain",
]
