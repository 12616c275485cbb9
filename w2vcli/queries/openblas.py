"""OpenBLAS and its threads, which are in the way of those of a search."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2vcli.models.directory import Model
    from w2vcli.reporting import Reporter


def open_to_search(path: Path, reporter: Reporter) -> Model:
    """Open the model in the directory ``path`` for many-threaded search, at best before numpy has been imported.

    A search starts a thread for each processor. OpenBLAS would start as many again in each product of matrices and
    slow them all down, so it is told to use one. It reads that once, when numpy is imported. A value of the variable
    that was set outside is kept.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from w2vcli.models.directory import open_model_directory

    return open_model_directory(path, reporter)
