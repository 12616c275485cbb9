"""Vectors of texts in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.errors import BadCorpus
from w2vcli.face.sentences import require_texts
from w2vcli.models.directory import Model as OpenModel
from w2vcli.queries.sentence_vectors import Embedder, components_to_leave_out, embed_all, tell_reading, tell_totals
from w2vcli.queries.weightings import Weighting, require_weighting
from w2vcli.reporting import Reporter

_AT_ONCE = 1 << 12


def embed_texts(
    model: OpenModel,
    texts: str | Iterable[str],
    weights: Weighting,
    components: int | None,
    reporter: Reporter,
    *,
    normalize: bool | None,
) -> Float32s:
    """Return the vectors of texts (texts x vector_size), or the vector of one that is a string."""
    require_texts(texts)
    require_weighting(weights)
    left_out = components_to_leave_out(model, weights, components)
    embed = Embedder(model, weights, normalize=normalize)
    tell_reading(model, reporter)
    found: list[Float32s] = []
    batches = _batches([texts] if isinstance(texts, str) else texts)
    totals = embed_all(embed, batches, left_out, lambda _, vectors: found.append(vectors))
    tell_totals(totals, model, reporter)
    vectors = np.concatenate([np.zeros((0, embed.vector_size), np.float32), *found])
    return vectors[0] if isinstance(texts, str) else vectors


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield texts, some thousands at a time, or raise `TypeError` at one that is no string."""
    rest = iter(texts)
    done = 0
    while batch := list(islice(rest, _AT_ONCE)):
        for number, text in enumerate(batch, done + 1):
            if not isinstance(text, str):
                raise TypeError(f"text {number:,} is no string, but {type(text).__name__}: {text!r}"[:200])
        try:
            "".join(batch).encode()
        except UnicodeEncodeError as error:
            number = next(at for at, text in enumerate(batch, done + 1) if _is_broken(text))
            raise BadCorpus(f"text {number:,} has half a character, which UTF-8 cannot write") from error
        yield batch
        done += len(batch)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
