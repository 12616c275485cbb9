"""Names for the types of numpy arrays that several rooms hand on. Their shapes are told where they are used."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Float32s: TypeAlias = npt.NDArray[np.float32]
"""Vectors, as models keep them."""
Floats: TypeAlias = npt.NDArray[np.float64]
"""What is computed from vectors."""
Integers: TypeAlias = npt.NDArray[np.int64]
"""Rows, counts and positions."""
