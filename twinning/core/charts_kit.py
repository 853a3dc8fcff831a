"""The pen and the frame that every picture is drawn with, for pictures in modules of their own."""

from twinning.core.charts import _breadth as breadth
from twinning.core.charts import _frame as frame
from twinning.core.charts import _n as coordinate
from twinning.core.charts import _Pen as Pen
from twinning.core.charts import _sound as sound
from twinning.core.charts import fit

__all__ = ["Pen", "breadth", "coordinate", "fit", "frame", "sound"]
