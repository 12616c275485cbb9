"""What compiled loops take of a text. It stands apart from them, since whoever imports a loop has it compiled.

`w2vcli.training.engines.compiled` imports the loops, and tells numba where it may keep what it compiles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Stretch(NamedTuple):
    """Sentences in the order of a text: sentence ``i`` is the ids ``tokens[starts[i]:stops[i]]``."""

    tokens: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
