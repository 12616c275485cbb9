"""Other measures of how much words differ between two sides, beside that of `w2vcli.compare.differences`.

Each gives a number for each word, the larger the more it differs, and NaN for a word that it cannot tell of::

    procrustes     1 - cosine in two spaces that are turned onto each other      two models
    overlap        share of the nearest neighbours that the sides do not share   two models
    referencing    1 - cosine of the word's two vectors in one space             one training, contexts shared
    compass        the same, contexts frozen                                     one training
    regression     debiased squared length of the coefficient of the side        no training

See `w2vcli.compare.two_spaces`, `w2vcli.training.side_training` and `w2vcli.compare.regression`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.compare.comparison import ComparedSides
from w2vcli.compare.context_sums import count_on_sides, word_contexts
from w2vcli.compare.differences import Differences
from w2vcli.compare.regression import side_regression
from w2vcli.compare.shuffles import shuffle_sides
from w2vcli.compare.space import context_features, make_space
from w2vcli.compare.two_spaces import TwoSpaces, join_spaces, neighbours_apart, turned_apart
from w2vcli.errors import BadSettings
from w2vcli.queries.terms import unit
from w2vcli.reporting import Reporter
from w2vcli.training.epochs import train_text
from w2vcli.training.side_training import train_sides
from w2vcli.training.text import chosen_sentences, hold_out

_MOST_PARTS = 2  # a measure and its p


@dataclass
class OtherMeasures:
    """The other measures of two sides, each computed when it is asked for.

    ``min_count`` is how often a word comes on each side at least. What two of them need is made once.
    """

    compared: ComparedSides
    min_count: int
    shuffles: int
    seed: int
    reporter: Reporter

    def columns(self, name: str, rows: Integers) -> dict[str, Floats]:
        """Return what a measure says of the words in some rows, by the names of its columns, its own first.

        Raises
        ------
        BadSettings
            If it makes no sense for these sides.
        """
        functions: dict[str, Callable[[Integers], dict[str, Floats]]] = {
            "procrustes": self._procrustes,
            "overlap": lambda rows: {"overlap": neighbours_apart(self.spaces, rows)},
            "referencing": lambda rows: {"referencing": self._by_side(rows, frozen=False)},
            "compass": lambda rows: {"compass": self._by_side(rows, frozen=True)},
            "regression": self._regression,
        }
        return functions[name](rows)

    @cached_property
    def spaces(self) -> TwoSpaces:
        """Two spaces: of the two models that are compared, or of a training on each side."""
        models = self.compared.models
        if models:
            known: list[tuple[Sequence[str], Float32s]] = [
                (list(model.words), np.asarray(model.vectors[np.arange(model.facts.words)], dtype=np.float32))
                for model in models
            ]
        else:
            known = [self._train_side(0), self._train_side(1)]
        found = join_spaces(self.compared.words, *known)
        if not len(found.rows):
            raise BadSettings("the sides share no word that is frequent enough on each for a model of its own")
        return found

    def _train_side(self, number: int) -> tuple[Sequence[str], Float32s]:
        compared, plan = self.compared, self.compared.plan
        corpus, settings = compared.text.tokens.corpus, replace(plan.settings, held_out=False)
        chosen = np.flatnonzero(self._side_of_sentence() == number)
        self.reporter.note(f"a model is trained of the side {compared.sides.names[number]} (procrustes, overlap)")
        trained = train_text(
            hold_out(chosen_sentences(corpus, chosen), settings), settings, plan.study_engine, plan.ties, self.reporter
        )
        return trained.vocabulary.words, trained.vectors

    def _side_of_sentence(self) -> Integers:
        ends = np.asarray(self.compared.text.tokens.corpus.sentence_ends, dtype=np.int64)
        return self.compared.sides.side_of(np.append(0, ends[:-1]))

    def _procrustes(self, rows: Integers) -> dict[str, Floats]:
        first, second = self.spaces.first.shape[1], self.spaces.second.shape[1]
        if first != second:
            one, other = (model.name for model in self.compared.models)
            raise BadSettings(
                f"{one} has {first} dimensions and {other} {second}, and procrustes needs as many in both; "
                "take another --measure"
            )
        return {"procrustes": turned_apart(self.spaces, rows)}

    def _by_side(self, rows: Integers, *, frozen: bool) -> Floats:
        compared = self.compared
        if compared.plan.settings.model_type != "word2vec":
            raise BadSettings("referencing and compass need word2vec, and the model is fastText; leave them out")
        if frozen and not set(compared.outputs) - {"vectors"}:
            raise BadSettings("compass needs the output weights of the model, which it does not have; leave it out")
        first, second = train_sides(
            compared.text.tokens.corpus,
            self._side_of_sentence(),
            compared.vocabulary,
            compared.plan.settings,
            {name: array for name, array in compared.outputs.items() if name != "vectors"} if frozen else None,
            self.reporter,
        )
        one, other = (unit(vectors[rows].astype(np.float64)) for vectors in (first, second))
        found: Floats = 1 - (one * other).sum(axis=1)
        return found

    def _regression(self, rows: Integers) -> dict[str, Floats]:
        text, sides = self.compared.text, self.compared.sides
        counts = count_on_sides(text.tokens, sides, len(text.vectors))
        enough = counts.min(axis=0) >= self.min_count
        together = counts.sum(axis=0)
        features = context_features(text.vectors, text.counts, text.sample)
        space = make_space(
            text.tokens, sides, text.vectors, np.where(enough, together, 0), features, text.window, self.seed
        )
        way = space.to_vector.astype(np.float32)
        is_first = shuffle_sides(sides.side, self.shuffles, self.seed)
        found = np.full((len(text.vectors), _MOST_PARTS), np.nan)
        wanted = np.where(np.isin(np.arange(len(together)), rows), together, 0)
        with self.reporter.phase("regression", len(rows), "words") as advance:
            contexts = word_contexts(text.tokens, sides, wanted, features, text.window, self.seed)
            for done, one in enumerate(contexts, 1):
                found[one.row] = side_regression(one.sums @ way, one.counts, is_first[one.units])
                advance(done)
        return {"regression": found[rows, 0], "regression_p": found[rows, 1]}


def measure_others(
    measures: OtherMeasures,
    found: Differences,
    names: Sequence[str],
    *,
    by_first: bool,
    topn: int | None,
    least: bool,
    forgiving: bool,
) -> tuple[Integers, dict[str, Floats]]:
    """Return the places of words in their order, at most ``topn``, and the columns of other measures for them.

    The order is that of the differences, or of the first of the ``names``, ``by_first``. Words that it cannot tell of
    are last. If ``forgiving``, a measure that makes no sense here is left out with a note.

    Raises
    ------
    BadSettings
        If a measure makes no sense here.
    """
    columns: dict[str, Floats] = {}
    places = found.ranked(least=least)[:topn]
    if by_first:
        values = measures.columns(names[0], found.rows)
        own = values[names[0]]
        places = np.argsort(own if least else -own, kind="stable")[:topn]
        columns = {name: column[places] for name, column in values.items()}
    for name in names[1:] if by_first else names:
        try:
            columns |= measures.columns(name, found.rows[places])
        except BadSettings as error:
            if not forgiving:
                raise
            measures.reporter.note(f"left out: {error}")
    return places, columns
