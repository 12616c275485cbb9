"""The settings of a training, under gensim's names and with gensim's defaults but for two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from w2vcli.errors import BadSettings

# gensim's 5 epochs are few for a small corpus. Spearman's correlation with WordSim-353, by gensim's
# evaluate_word_pairs, one skip-gram run each:
#
#   epochs                                    5    8   13   20   50
#   fairy tales, 1.39 million words         .27  .34  .40  .41
#   text8's first 9 MB, 1.55 million words  .41  .47  .55  .57
#   text8's first 1.2 MB, 0.2 million       .21  .28       .39  .40
#
# Most is gained once 20 million words have been gone through. After 50 epochs there is little to gain.
_WORDS_IN_ALL = 20_000_000
_FEWEST_EPOCHS = 5
_MOST_EPOCHS = 50


# Least and most, both allowed, but a learning rate of 0 is not. gensim ends with a segmentation fault at rates of
# 1e300.
RANGES: dict[str, tuple[Any, Any]] = {
    "vector_size": (1, 65_536),
    "window": (1, 10_000),
    "min_count": (1, None),
    "max_final_vocab": (1, None),
    "sg": (0, 1),
    "hs": (0, 1),
    "negative": (0, 10_000),
    "ns_exponent": (-10, 10),
    "cbow_mean": (0, 1),
    "alpha": (0, 1),
    "min_alpha": (0, 1),
    "sample": (0, 1e12),
    "epochs": (1, None),
    "workers": (1, 1024),
    "seed": (0, 2**32 - 1),
    "min_n": (1, 100),
    "max_n": (1, 100),
    "bucket": (1, 2**31 - 1),
}
NOT_ZERO = {"alpha", "min_alpha"}
# Which of equally frequent words is first in the vocabulary: the one that appeared last, or first, in the text.
Ties = Literal["last", "first"]


@dataclass(frozen=True)
class Settings:
    """The settings of gensim's ``Word2Vec`` and ``FastText``, which see.

    Two defaults differ from gensim's. ``sg`` is 1, since skip-gram is better on small corpora. ``epochs`` is None,
    which means as many as the size of the corpus asks for, see `epochs_for`. Two settings are not gensim's.
    ``model_type`` is word2vec or fasttext, and only the latter heeds ``min_n``, ``max_n`` and ``bucket``. ``held_out``
    holds text out, on which the loss is measured.
    """

    model_type: Literal["word2vec", "fasttext"] = "word2vec"

    vector_size: int = 100
    window: int = 5
    min_count: int = 5
    max_final_vocab: int | None = None
    sg: int = 1
    hs: int = 0
    negative: int = 5
    ns_exponent: float = 0.75
    cbow_mean: int = 1
    alpha: float = 0.025
    min_alpha: float = 0.0001
    sample: float = 1e-3
    shrink_windows: bool = True
    epochs: int | None = None
    workers: int = 3
    seed: int = 1
    min_n: int = 3
    max_n: int = 6
    bucket: int = 2_000_000
    held_out: bool = True

    def __post_init__(self) -> None:
        """Refuse settings out of their ranges, and those that would train nothing.

        Raises
        ------
        BadSettings
            If one is out of its range, there is neither hierarchical softmax nor negative sampling, the learning
            rate rises, or n-grams have no length.
        """
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if value is None:
                continue
            if not least <= value <= (math.inf if most is None else most) or (name in NOT_ZERO and not value):
                flag = f"--{name.replace('_', '-')}"
                raise BadSettings(f"{flag} {value} is not between {least:g} and {most or 'infinity'}")
        if not self.hs and not self.negative:
            raise BadSettings("--hs 0 with --negative 0 trains nothing; set one of them")
        if self.min_alpha > self.alpha:
            raise BadSettings(f"--min-alpha {self.min_alpha} is above --alpha {self.alpha}")
        if self.min_n > self.max_n:
            raise BadSettings(f"--min-n {self.min_n} is above --max-n {self.max_n}")


def epochs_for(words: int) -> int:
    """Return how many epochs a corpus of that many words is given: 5 to 50, for 20 million words in all.

    So 200,000 words have 50 epochs (100 are too many), a million 20, and ten million 5.
    """
    return min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, math.ceil(_WORDS_IN_ALL / words)))
