"""Vectors of short sentences a second, beside model2vec on the same model: ``python -m benchmarks.embed MODEL TEXT``.

The model is written as a folder of model2vec, and both get the sentences of a text, 100,000 of them, over again if need
be. Each is given them three times, in turn, and the fastest counts. The largest difference of the vectors is printed.
Then w2v also writes the vectors, in each form that ``w2v embed -o`` has.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.models.converting import convert_model
from w2vcli.models.directory import open_model_directory
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.registry import find_model
from w2vcli.queries.sentence_vectors import Embedder, embed_all
from w2vcli.queries.vector_files import new_vector_file
from w2vcli.reporting import SILENT

_SENTENCES = 100_000
_AT_ONCE = 4096
_TIMES = 3


def sentences(path: Path) -> list[str]:
    """Return the sentences of a text, 100,000 of them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [part for line in lines for part in re.split(r"(?<=[.!?]) ", line.strip()) if part]
    return (found * (_SENTENCES // len(found) + 1))[:_SENTENCES]


def measured(embed: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that all texts take on the clock, and those of the processor."""
    began, used = time.perf_counter(), time.process_time()
    embed(texts)
    return time.perf_counter() - began, time.process_time() - used


def write(embed: Embedder, ending: str, texts: Sequence[str]) -> None:
    """Write the vectors of texts into a file that goes again."""
    batches = (list(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE))
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"x{ending}"
        with new_vector_file(file, embed.vector_size, force=False) as append:
            embed_all(embed, batches, 0, append)


def main(name: str, text: str) -> None:
    """Measure and print."""
    from model2vec import StaticModel

    path, texts = find_model(name), sentences(Path(text))
    own = Embedder(open_model_directory(path))

    def ours(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        parts = [own(texts[at : at + _AT_ONCE]).vectors for at in range(0, len(texts), _AT_ONCE)]
        found: npt.NDArray[np.float32] = np.concatenate(parts)
        return found

    with TemporaryDirectory() as folder:
        convert_model(path, find_sink(Path(folder) / "m.model2vec", force=False), SILENT)
        theirs = StaticModel.from_pretrained(Path(folder) / "m.model2vec").encode
    print(f"largest difference: {np.abs(ours(texts[:2000]) - theirs(texts[:2000])).max():.1e}")  # noqa: T201
    runs = [{"w2v": measured(ours, texts), "model2vec": measured(theirs, texts)} for _ in range(_TIMES)]
    for ending in (".npy", ".parquet", ".jsonl", ".json"):
        for run in runs:
            run[f"w2v -o x{ending}"] = measured(partial(write, own, ending), texts)
    for library in runs[0]:
        clock, processor = (min(run[library][at] for run in runs) for at in range(2))
        print(  # noqa: T201
            f"{library}: {len(texts) / clock:,.0f} sentences a second, {len(texts) / processor:,.0f} of the processor"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
