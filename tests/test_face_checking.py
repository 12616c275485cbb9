"""What a model in Python refuses: what the command line refuses of its flags, in a line and before any work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import w2vcli
from w2vcli.errors import BadCorpus, BadSettings

pytestmark = pytest.mark.usefixtures("toy")

ASKED: dict[str, Callable[[Any], object]] = {
    "topn is a whole number from 1 on, not -1": lambda model: model.similar("king", topn=-1),
    "topn is a whole number from 1 on, not 0": lambda model: model.rank("king", "queen", 0),
    "topn is a whole number from 1 on, not '3'": lambda model: model.similar("king", topn="3"),
    "topn is a whole number from 1 on, not 2.5": lambda model: model.words(topn=2.5),
    "topn is a whole number from 1 on, not True": lambda model: model.similar("king", topn=True),
    "restrict_vocab is a whole number from 1 on, not 0": lambda model: model.similar("king", restrict_vocab=0),
    "variants is True or False, not 'no'": lambda model: model.similar("king", variants="no"),
    "variants is a whole number from 5 on, not 1": lambda model: model.stability(1),
    "method is one of 3cosadd, 3cosmul, not 'cos'": lambda model: model.analogy("king", "+", "man", method="cos"),
    "method is one of tsne, pca, umap, not 'mds'": lambda model: model.plot("king", method="mds"),
    "is such as ('king', 2.0), not ('king', inf)": lambda model: model.analogy(positive=[("king", float("inf"))]),
    "is such as ('king', 2.0), not ('king', 1, 2)": lambda model: model.analogy(positive=[("king", 1, 2)]),
    "a vector is a list of numbers, not 'abc'": lambda model: model.similar_by_vector("abc"),
    "sides are two names, not ('a',)": lambda model: model.compare(by="label", sides=("a",)),
    "shuffles is a whole number from 100 to 10,000, not 1": lambda model: model.compare(by="label", shuffles=1),
    "seed is a whole number from 0 to 2,147,483,648, not -1": lambda model: model.lines("king", seed=-1),
    "kind is one of analogies, pairs, categories": lambda model: model.evaluate("a.tsv", kind="similar"),
    "case is one of keep, lower, ignore": lambda model: model.evaluate("a.tsv", case="upper"),
    "method is one of 3cosadd, 3cosmul, not 'x'": lambda model: model.evaluate("a.tsv", methods=["x"]),
    "no encoding of text called utf-7-bit": lambda model: model.evaluate("a.tsv", encoding="utf-7-bit"),
    "groups are lists of words by their name": lambda model: model.plot(groups={"people": "king"}),
    "components is a whole number from 0 on, not -1": lambda model: model.embed(["king"], components=-1),
    "limit is a whole number from 1 on, not 0": lambda model: w2vcli.load("a.txt", limit=0),
    "phrases is one of default, npmi, not 'pmi'": lambda model: w2vcli.train([["a"]], phrases="pmi"),
    "held_out is True or False, not 1": lambda model: w2vcli.train([["a"]], held_out=1),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("told", ASKED)
def test_what_no_flag_takes_is_refused_in_a_line(told: str) -> None:
    with pytest.raises(BadSettings) as error:
        ASKED[told](w2vcli.load("toy"))
    assert told in str(error.value)


def test_numbers_of_numpy_are_numbers() -> None:
    model = w2vcli.load("toy")
    assert len(model.similar("king", topn=np.int64(2))) == 2
    assert len(model.words(topn=None)) == len(model)


def test_names_of_columns_are_no_texts() -> None:
    with pytest.raises(BadCorpus, match="a dict is no list of texts; give one of its columns"):
        w2vcli.load("toy").embed({"text": "the king"})
