"""The published results of the R package conText, from its own corpus, vectors and transformation."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.conftest import real_data, require
from tests.test_compare import make_corpus
from w2vcli.array_types import Floats, Integers
from w2vcli.compare.context_sums import TokenRows
from w2vcli.compare.regression import regress

TARGETS = {"immigration": 924, "immigrants": 288, "immigrant": 125}
SIMILARITIES = {
    "D": {"reform": 0.5950, "enforcement": 0.6060},
    "R": {"reform": 0.4271, "enforcement": 0.5969, "illegal": 0.7678, "immigration": 0.8434},
}
# The quick start's regression of "immigration" on party and gender: the squared length of each coefficient, and what is
# left of it once its bias is taken away.
NORMS = {"R": (10.139940, 8.668252), "M": (6.908761, 5.154713)}


@dataclass(frozen=True)
class Speeches:
    """Occurrences of the targets, by word and by what is known of the speech, and the ``contexts`` of each.

    ``vectors`` are those of the words in ``rows``.
    """

    words: list[str]
    party: list[str]
    gender: list[str]
    contexts: Floats
    vectors: Floats
    rows: dict[str, int]


@pytest.fixture(scope="module")
def speeches() -> Speeches:
    """Return the speeches with the contexts of the targets, brought to the vectors of words."""
    require("rdata")
    paths = [real_data(f"trust/cr_{name}.rda") for name in ("sample_corpus", "glove_subset", "transform")]
    import rdata

    with warnings.catch_warnings():  # of rdata, which tells what attributes of R's it does not know
        warnings.simplefilter("ignore")
        [texts], [glove], [transform] = (rdata.read_rda(path).values() for path in paths)
        attributes = rdata.parser.parse_file(paths[0]).object.value[0].attributes
        known = rdata.conversion.convert(attributes)["docvars"]
    party, gender = list(known["party"]), list(known["gender"])
    split = [str(text).split() for text in texts]
    tokens = [word for text in split for word in text]
    rows = {str(word): row for row, word in enumerate(glove.coords["dim_0"].values)}
    ids = {word: number for number, word in enumerate(dict.fromkeys(tokens))}
    ends: Integers = np.cumsum([len(text) for text in split]).astype(np.int64)
    corpus = replace(make_corpus(np.array([ids[word] for word in tokens], dtype=np.int32)), sentence_ends=ends)
    text = TokenRows(corpus, np.array([rows.get(word, -1) for word in ids], dtype=np.int32))
    # A column of ones counts the words around that have a vector.
    vectors = np.asarray(glove, dtype=np.float64)
    features = np.vstack([np.hstack([vectors, np.ones((len(vectors), 1))]), np.zeros(vectors.shape[1] + 1)])
    places = np.array([at for at, word in enumerate(tokens) if word in TARGETS])
    sums = text.contexts(places, features.astype(np.float32), window=6).astype(np.float64)
    some = sums[:, -1] > 0
    of_speech = np.searchsorted(ends, places[some], side="right")
    return Speeches(
        words=[tokens[at] for at in places.tolist()],
        party=[str(party[at]) for at in of_speech],
        gender=[str(gender[at]) for at in of_speech],
        contexts=sums[some, :-1] / sums[some, -1:] @ np.asarray(transform).T,
        vectors=vectors,
        rows=rows,
    )


def test_the_published_contexts_of_immigration(speeches: Speeches) -> None:
    assert {word: speeches.words.count(word) for word in TARGETS} == TARGETS
    for party, similarities in SIMILARITIES.items():
        mean = speeches.contexts[np.array(speeches.party) == party].mean(axis=0)
        for word, similarity in similarities.items():
            vector = speeches.vectors[speeches.rows[word]]
            found = vector @ mean / np.linalg.norm(vector) / np.linalg.norm(mean)
            assert found == pytest.approx(similarity, abs=5e-5)


def test_the_published_regression_of_immigration_on_party_and_gender(speeches: Speeches) -> None:
    chosen = np.array(speeches.words) == "immigration"
    assert len(chosen) == len(speeches.contexts)  # each has a word with a vector in its context
    design = np.column_stack(
        [
            np.ones(chosen.sum()),
            *(np.array(which)[chosen] == value for which, value in ((speeches.party, "R"), (speeches.gender, "M"))),
        ]
    )
    found = regress(speeches.contexts[chosen], np.ones(len(design)), design)
    for at, (squared, debiased) in enumerate(NORMS.values(), 1):
        assert found.squared()[at] == pytest.approx(squared, abs=5e-5)
        assert found.debiased()[at] == pytest.approx(debiased, abs=5e-5)
