"""Data -> SVG. One picture serves the page and the PDF, and never says more than the data does.

Pure: no database, no clock. On pages the colours are the variables of tokens.css, so that a picture follows
light and dark; ``inked`` writes them as plain colours, for renderers that know no variables (PDF). Each picture
has a title and a description; the table with the same content is the page's to give.
"""

from twinning.core.charts.counts import Count, bar_counts
from twinning.core.charts.pen import fit
from twinning.core.charts.ranks import RankSpan, rank_spans
from twinning.core.charts.timeline import Bar, Stretch, timeline

__all__ = ["Bar", "Count", "RankSpan", "Stretch", "bar_counts", "fit", "rank_spans", "timeline"]
