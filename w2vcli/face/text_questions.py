"""What is asked of the text of a model: lines, reasons, and what differs between two sides, as methods."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from w2vcli.errors import BadSettings
from w2vcli.face.questions import Questions
from w2vcli.face.saving import Paths, kept, text_of
from w2vcli.face.table import Table
from w2vcli.face.telling import speaks
from w2vcli.models.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from w2vcli.compare.collocations import Collocation
    from w2vcli.compare.comparison import KeyWord
    from w2vcli.compare.measure_names import Measure
    from w2vcli.face.answers import Differences, Lines, Reasons
    from w2vcli.face.texts import Sides
    from w2vcli.measure.stability import ClassOfCounts


@speaks
class TextQuestions(Questions):
    """A model whose text can be asked. The text has to be where it was, or ``text`` names where it is now."""

    def lines(self, *words: str, topn: int = 20, seed: int = 1, text: Paths = (), cache: bool = True) -> Lines:
        """Return lines of the model's text that have a word, or several that follow each other.

        >>> import w2vcli as w2v
        >>> found = w2v.load("english").lines("king", topn=3)
        >>> [line.word for line in found], found.occurrences
        (['king', 'king', 'king'], 392)

        They are drawn at random: another ``seed`` draws others. The text has to be where it was, or ``text`` names the
        file or folder where it is now.

        Raises
        ------
        w2vcli.errors.BadModel
            If the model was not trained here.
        w2vcli.errors.BadCorpus
            If the text is gone, or has changed.
        w2vcli.errors.UnknownWords
            If the text does not have the word.
        """
        from w2vcli.face.texts import lines_with

        return lines_with(self._model, self._asked(words), topn, seed, text, kept(cache), self._tell)

    def why(self, *terms: str, contexts: int = 10, lines: int = 20, text: Paths = (), cache: bool = True) -> Reasons:
        """Return what in the text makes two words near, or a word and its nearest one, or an analogy and its answer.

        >>> import w2vcli as w2v
        >>> found = w2v.load("english").why("king", "queen", contexts=3, lines=2)
        >>> len(found.contexts), len(found.lines), 0 < found.shared < 1
        (3, 2, True)

        Raises
        ------
        w2vcli.errors.BadExpression
            If there are three words or more without a sign.
        w2vcli.errors.UnknownWords, w2vcli.errors.BadModel, w2vcli.errors.BadCorpus
            As `lines` does.
        """
        from w2vcli.evidence.asked import explain_terms
        from w2vcli.face.answers import as_reasons
        from w2vcli.face.texts import paths_of

        texts = paths_of(text, self.path)
        asked = self._asked(terms)
        [found] = explain_terms(self._model, asked, 1, contexts, lines, kept(cache), self._tell, texts)
        return as_reasons(found)

    def compare(
        self,
        *words: str,
        other: Questions | str | PathLike[str] | None = None,
        by: str | None = None,
        sides: tuple[str, str] | None = None,
        measure: Measure | Sequence[Measure] = (),
        least: bool = False,
        topn: int = 10,
        near: int = 5,
        min_count: int = 20,
        shuffles: int = 1000,
        seed: int = 1,
        text: Paths = (),
        cache: bool = True,
    ) -> Differences:
        """Return words that mean something else in another text, or on another side of this one.

        ``model.compare(other="novels-1900")`` compares with another model, ``model.compare(by="label")`` splits the
        table that the model was trained on by a column, ``sides=("train/neg", "train/pos")`` by folders or files.
        ``words`` are shown if they are named, else those that differ most, or ``least``. ``measure`` adds other
        measures, such as ``"procrustes"`` or ``"all"``, of which the first orders the words. See ``w2v compare
        --help``.

        Raises
        ------
        w2vcli.errors.BadSettings
            If there is no other side, the texts were read in different ways, or a measure makes no sense for them.
        w2vcli.errors.BadModel, w2vcli.errors.BadCorpus
            If a text cannot be read again, or cannot be split so, or a word is too rare.
        """
        from w2vcli.compare.differing_words import WantedWords
        from w2vcli.compare.measure_names import require_measures

        measures = require_measures([measure] if isinstance(measure, str) else measure)
        wanted = WantedWords(words, least, topn, near, min_count, shuffles, measures=measures)
        return self._sides(other, by, sides, text, seed, cache=cache, with_weights=bool(measures)).differences(wanted)

    def keyness(
        self,
        *words: str,
        other: Questions | str | PathLike[str] | None = None,
        by: str | None = None,
        sides: tuple[str, str] | None = None,
        topn: int = 10,
        min_count: int = 20,
        text: Paths = (),
        cache: bool = True,
    ) -> Table[KeyWord]:
        """Return the words that are more frequent on one of two sides, the surest first, see `compare`."""
        return self._sides(other, by, sides, text, 1, cache=cache).key_words(words, topn=topn, min_count=min_count)

    def collocations(
        self,
        *words: str,
        other: Questions | str | PathLike[str] | None = None,
        by: str | None = None,
        sides: tuple[str, str] | None = None,
        topn: int = 10,
        text: Paths = (),
        cache: bool = True,
    ) -> Table[Collocation]:
        """Return what stands near words on two sides, and on which one more often, see `compare`."""
        asked = self._asked(words)
        return self._sides(other, by, sides, text, 1, cache=cache).collocations(asked, topn)

    def _sides(
        self,
        other: Questions | str | PathLike[str] | None,
        by: str | None,
        sides: tuple[str, str] | None,
        text: Paths,
        seed: int,
        *,
        cache: bool,
        with_weights: bool = False,
    ) -> Sides:
        from w2vcli.face.texts import Sides

        if sides is not None and (isinstance(sides, str) or len(sides) != 2):
            raise BadSettings(f"sides are two names, not {sides!r}")
        if other is not None and not isinstance(other, Questions):
            other = Questions(find_model(text_of(other)))
        opened = None if other is None else other._model
        model = self._opened_with_outputs if with_weights else self._model
        return Sides(model, opened, by, sides or (), text, seed, kept(cache), self._tell)

    def stability(
        self,
        variants: int = 12,
        *,
        again: bool = False,
        seed: int | None = None,
        workers: int | None = None,
        topn: int = 10,
        text: Paths = (),
        cache: bool = True,
    ) -> Table[ClassOfCounts]:
        """Train variants of the model, so that answers have intervals, and return how sure its neighbours are.

        They are kept in the model: another call trains those that are missing. See ``w2v stability --help``.

        Raises
        ------
        w2vcli.errors.BadModel
            If it was not trained here.
        w2vcli.errors.BadCorpus
            If its text is too small, is gone or has changed.
        """
        from w2vcli.face.texts import paths_of
        from w2vcli.measure.stability import ClassOfCounts, stability_by_count
        from w2vcli.training.variant_training import make_variants

        made = make_variants(
            self.path,
            variants,
            kept(cache),
            self._tell,
            seed=seed,
            workers=workers,
            again=again,
            moved_to=paths_of(text, self.path),
        )
        self.__dict__.pop("_variants", None)
        return Table(stability_by_count(self._model, self._variants, topn, made.seed), ClassOfCounts)
