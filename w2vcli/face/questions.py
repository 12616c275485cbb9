"""What is asked of the vectors of a model: the commands of ``w2v help`` that ask, as methods."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from w2vcli.errors import BadSettings, W2vError
from w2vcli.face.table import Table
from w2vcli.face.telling import PythonReporter, speaks
from w2vcli.models.directory import open_model_directory
from w2vcli.queries import asking
from w2vcli.queries.answers import FIRST, Neighbour, Query, Scored, WordPair
from w2vcli.queries.kinds_of_answers import kind_of_answer
from w2vcli.queries.methods import Method
from w2vcli.queries.sure_answers import SureOdd

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from w2vcli.models.directory import Model as OpenModel
    from w2vcli.queries.listing import ListedWord
    from w2vcli.queries.predicting import LikelyWord
    from w2vcli.queries.ranks import RankedPair

_Answer = TypeVar("_Answer")
# Words, each of which may have a weight.
Weighted = Sequence[str | tuple[str, float]]


@speaks
class Questions:
    """An open model, and the questions to its vectors. `w2vcli.face.model.Model` has those to its text, too."""

    def __init__(self, path: Path) -> None:
        self._tell = PythonReporter()
        self._model: OpenModel = open_model_directory(path, self._tell)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._model.name

    @property
    def path(self) -> Path:
        """The folder of the model."""
        return self._model.path

    @property
    def vector_size(self) -> int:
        """The dimensions of its vectors."""
        return self._model.facts.vector_size

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """All vectors in memory (words x vector_size), in the order of `words`."""
        return self._model.vectors[:]

    def __len__(self) -> int:
        return self._model.facts.words

    def __contains__(self, word: object) -> bool:
        from w2vcli.queries.tokens import row_of

        return isinstance(word, str) and row_of(self._model, word) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._model.words)

    def __getitem__(self, word: str) -> npt.NDArray[np.float32]:
        return self.vector(word)

    def __repr__(self) -> str:
        facts = self._model.facts
        sure = f", {len(self._variants)} variants" if self._variants else ""
        return f"<w2v model {self.name}: {facts.words:,} words x {facts.vector_size}{sure}>"

    def similar(
        self, *words: str, topn: int = 10, restrict_vocab: int | None = None, variants: bool = True
    ) -> Table[Neighbour]:
        """Return the nearest neighbours of a word, or of the mean of several, best first.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> [near.word for near in model.similar("banana", topn=3)]
        ['pear', 'mango', 'lemon']

        Where they are known, each has the ``count`` of its word and, with variants, ``low``, ``high`` and ``again``.

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        """
        asked = self._asked(words)
        others = self._variants if variants else ()
        found = asking.ask_neighbours(self._model, [asked], topn, restrict_vocab, self._tell.note, others)
        kind = kind_of_answer(self._model, "3cosadd", others)
        near = [each for each in _one(found) if isinstance(each, Neighbour)]  # which by 3CosAdd all are
        return Table(near, kind, without=FIRST)

    @overload
    def analogy(
        self,
        *terms: str,
        positive: Weighted = (),
        negative: Weighted = (),
        method: Literal["3cosadd"] = "3cosadd",
        topn: int = 10,
        restrict_vocab: int | None = None,
        variants: bool = True,
    ) -> Table[Neighbour]: ...
    @overload
    def analogy(
        self,
        *terms: str,
        positive: Weighted = (),
        negative: Weighted = (),
        method: Literal["3cosmul"],
        topn: int = 10,
        restrict_vocab: int | None = None,
        variants: bool = True,
    ) -> Table[Scored]: ...
    def analogy(
        self,
        *terms: str,
        positive: Weighted = (),
        negative: Weighted = (),
        method: Method = "3cosadd",
        topn: int = 10,
        restrict_vocab: int | None = None,
        variants: bool = True,
    ) -> Table[Any]:
        """Return the words that fit an analogy, best first: boy + queen - girl is about king.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> model.analogy("boy + queen - girl", topn=1)[0].word
        'king'
        >>> model.analogy(positive=["boy", "queen"], negative=["girl"], topn=1)[0].word
        'king'

        ``terms`` are read as at the command line. The words of ``positive`` and ``negative`` are taken as they are. One
        may have a weight, as in ``positive=[("king", 2.0), "woman"]``.

        Raises
        ------
        w2vcli.errors.BadExpression
            If the terms are no analogy, or can be read in two ways.
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        w2vcli.errors.NoDirection
            If the words cancel out.
        """
        others = self._variants if variants else ()
        if positive or negative:
            if terms:
                raise BadSettings("an analogy is given by its terms, or by positive and negative; leave one out")
            added, subtracted = _with_weights(positive), _with_weights(negative)
            weights = [weight for _, weight in (*added, *subtracted)]
            query = Query(
                [word for word, _ in added],
                [word for word, _ in subtracted],
                method,
                weights if set(weights) != {1.0} else (),
            )
            found = asking.answer_queries(self._model, [query], topn, restrict_vocab, others)
        else:
            asked = self._asked(terms)
            note = self._tell.note
            found = asking.ask_analogies(self._model, [asked], method, topn, restrict_vocab, note, others)
        return Table(_one(found), kind_of_answer(self._model, method, others))

    def similarity(self, word1: str, word2: str, *, variants: bool = True) -> WordPair:
        """Return how similar two words are: their cosine, -1 to 1.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> float(model.similarity("boy", "girl")) > float(model.similarity("boy", "mango"))
        True

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have both.
        """
        others = self._variants if variants else ()
        return _one(asking.ask_similarity(self._model, [[word1, word2]], self._tell.note, others))[0]

    def odd(self, *words: str, variants: bool = True) -> Table[Neighbour]:
        """Return words with their similarity to the mean of them all, the odd one out first.

        >>> import w2vcli as w2v
        >>> w2v.load("english").odd("apple", "banana", "king", "mango")[0].word
        'king'

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        w2vcli.errors.BadExpression
            If there are fewer than three.
        """
        others = self._variants if variants else ()
        asked = self._asked(words)
        found = asking.ask_odd(self._model, [asked], self._tell.note, others)
        return Table(_one(found), SureOdd if others else Neighbour)

    def vector(self, *words: str) -> npt.NDArray[np.float32]:
        """Return the vector of a word, or the vectors of several (words x vector_size).

        >>> import w2vcli as w2v
        >>> w2v.load("english").vector("king", "queen").shape
        (2, 100)

        A word out of vocabulary has one in a fastText model, and in one of subword units.

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        """
        import numpy as np

        from w2vcli.queries.terms import find_terms

        found = find_terms(self._model, self._asked(words)).vectors.astype(np.float32)
        return found[0] if len(words) == 1 else found

    def words(self, pattern: str | None = None, *, grep: str | None = None, topn: int | None = 20) -> Table[ListedWord]:
        """Return words of the model with rank and count, the most frequent first; None as ``topn`` returns all.

        >>> import w2vcli as w2v
        >>> [found.word for found in w2v.load("english").words("k*", topn=2)]
        ['king', 'kitten']

        ``pattern`` matches whole words, with ``*`` for any characters and ``?`` for one. ``grep`` is a regular
        expression. ``for word in model`` goes through the words alone.

        Raises
        ------
        w2vcli.errors.BadSettings
            If ``grep`` is no regular expression.
        """
        from itertools import islice

        from w2vcli.queries.listing import ListedWord, list_words

        return Table(islice(list_words(self._model, pattern, grep), topn), ListedWord)

    def similar_by_vector(
        self, vector: npt.ArrayLike, topn: int = 10, restrict_vocab: int | None = None
    ) -> Table[Neighbour]:
        """Return the nearest neighbours of a vector, best first.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> model.similar_by_vector(model["king"] + model["queen"], topn=2)[0].word in {"king", "queen"}
        True

        Raises
        ------
        w2vcli.errors.BadSettings
            If it has not as many values as the vectors of the model.
        w2vcli.errors.NoDirection
            If it is zero.
        """
        import numpy as np

        from w2vcli.queries.search import similar_by_vector

        try:
            vector = np.asarray(vector, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise BadSettings(f"a vector is a list of numbers, not {vector!r}"[:200]) from error
        found = similar_by_vector(self._model, vector, topn, restrict_vocab)
        near = [each for each in found if isinstance(each, Neighbour)]
        return Table(near, kind_of_answer(self._model, "3cosadd"))

    def rank(self, word1: str, word2: str, topn: int = 10) -> RankedPair:
        """Return how near a word is to another one among all words: its rank, 1 for the nearest.

        >>> import w2vcli as w2v
        >>> w2v.load("english").rank("banana", "pear").rank
        1

        ``relative`` is the similarity over the sum of those of the ``topn`` nearest words.

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have both in its vocabulary.
        """
        from w2vcli.queries.ranks import rank

        return rank(self._model, word1, word2, topn)

    def closer_than(self, word1: str, word2: str) -> Table[Neighbour]:
        """Return the words that are closer to ``word1`` than ``word2`` is, the nearest first.

        >>> import w2vcli as w2v
        >>> [near.word for near in w2v.load("english").closer_than("banana", "mango")]
        ['pear']

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have both in its vocabulary.
        """
        from w2vcli.queries.ranks import closer_than

        return Table(closer_than(self._model, word1, word2), Neighbour)

    def set_similarity(self, words1: Sequence[str], words2: Sequence[str]) -> float:
        """Return the cosine of the means of two lists of words: gensim's ``n_similarity``.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> fruit = ["apple", "mango"]
        >>> model.set_similarity(fruit, ["pear", "lemon"]) > model.set_similarity(fruit, ["king", "queen"])
        True

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        """
        from w2vcli.queries.word_sets import set_similarity

        return set_similarity(self._model, self._asked(words1), self._asked(words2))

    def mover_distance(self, words1: Sequence[str], words2: Sequence[str]) -> float:
        """Return the Word Mover's Distance of two lists of words: gensim's ``wmdistance``, 0 for the same words.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> near = model.mover_distance(["king", "apple"], ["queen", "pear"])
        >>> 0 < near < model.mover_distance(["king", "apple"], ["street", "museum"])
        True

        Raises
        ------
        w2vcli.errors.UnknownWords
            If the model does not have all words. ``[word for word in text if word in model]`` leaves out the others.
        """
        from w2vcli.queries.word_sets import mover_distance

        return mover_distance(self._model, self._asked(words1), self._asked(words2))

    def predict(self, *words: str, topn: int = 10) -> Table[LikelyWord]:
        """Return the words that are likely in the middle of others: gensim's ``predict_output_word``.

        >>> import w2vcli as w2v
        >>> w2v.load("english").predict("the", "sat", "on", "his")[0].word
        'throne'

        Raises
        ------
        w2vcli.errors.BadModel
            If the model was not trained here by negative sampling, so that it has no output weights.
        w2vcli.errors.UnknownWords
            If the model does not have all words.
        """
        from w2vcli.queries.predicting import LikelyWord, predict_word

        return Table(predict_word(self._opened_with_outputs, self._asked(words), topn), LikelyWord)

    @cached_property
    def _opened_with_outputs(self) -> OpenModel:
        from w2vcli.models.directory import open_without_index

        return open_without_index(self.path, with_weights=True)

    @cached_property
    def _variants(self) -> Sequence[OpenModel]:
        from w2vcli.models.variants import open_variants

        return open_variants(self._model)

    def _asked(self, words: Sequence[str]) -> list[str]:
        """Return the words of a question, or say what is wrong with them."""
        for word in words:
            if not isinstance(word, str):
                raise TypeError(f"a word is a string, not {type(word).__name__}: {word!r}"[:200])
        if not words:
            raise TypeError("a word is needed, none was given")
        return list(words)


def _with_weights(words: Weighted) -> list[tuple[str, float]]:
    """Return words with their weights, which are 1 where none is said, or raise `BadSettings`."""
    found = []
    for one in words:
        word, weight = (one, 1.0) if isinstance(one, str) else tuple(one) if len(one) == 2 else (one, 1.0)
        if not isinstance(word, str) or not isinstance(weight, int | float) or not math.isfinite(weight):
            raise BadSettings(f"a word with its weight is such as ('king', 2.0), not {one!r}")
        found.append((word, float(weight)))
    return found


def _one(found: Sequence[_Answer | W2vError]) -> _Answer:
    """Return the answer to the one question that was asked, or raise its error."""
    [answer] = found
    if isinstance(answer, W2vError):
        raise answer
    return answer
