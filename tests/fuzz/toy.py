"""A small model to ask: words as people type them, and words that look like something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from w2vcli.models.directory import new_model
from w2vcli.models.registry import set_default

PLAIN = ["man", "woman", "king", "queen", "boy", "girl", "apple", "orange", "소녀", "여왕", "naïve", "e", "3", "m"]
ODD = ["-", "+", "--", "well-known", "c++", "-x", "+1", "a\u00a0b", ":help", "*", "king-man", "</s>", "-3", "New York"]
WORDS = [*PLAIN, *ODD]


def make_toy(path: Path, *, odd: bool = True) -> Path:
    """Write the model at ``path`` and make it the default one."""
    words = WORDS if odd else PLAIN
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), 4)).astype(np.float32)
    with new_model(path, 4, force=True) as writer:
        writer.append(words, vectors[: len(words)], np.arange(len(words), 0, -1))
        writer.finish(source={"kind": "test"})
    set_default(path)
    return path
