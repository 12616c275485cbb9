"""``w2vcli.Model``: an open model, whose methods are the commands that ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from w2vcli.face.questions import Questions
from w2vcli.face.saving import Paths, text_of
from w2vcli.face.table import Table
from w2vcli.models.registry import cache_folder, find_model

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

    from w2vcli.compare.comparison import KeyWord
    from w2vcli.face.answers import Differences, Features, Lines, Reasons
    from w2vcli.face.texts import Sides
    from w2vcli.measure.figures import Figure
    from w2vcli.measure.kinds import Kind
    from w2vcli.measure.stability import ClassOfCounts
    from w2vcli.measure.word_rows import Case
    from w2vcli.queries.methods import Method
    from w2vcli.views.pictures import Picture


class Model(Questions):
    """An open model. A method has the name and the arguments of the command that asks the same.

    >>> import w2vcli as w2v
    >>> model = w2v.load("english")
    >>> model
    <w2v model english: 562 words x 100>
    >>> len(model), "king" in model, model["king"].shape
    (562, True, (100,))

    Words are looked up as the commands do: in the Unicode form and the case of the model's text. A word that the model
    does not have raises `w2vcli.errors.UnknownWords`, which says what may be meant. Where the model has variants
    (`stability`), answers have intervals. ``variants=False`` leaves them out.

    The files are mapped, and stay what they are while the model is open. Files that another process has changed are
    seen by a new `w2vcli.load`.
    """

    def features(
        self,
        *words: str,
        axes: Sequence[str] | Mapping[str, Sequence[tuple[str, str]]] = (),
        seed: int = 1,
        variants: bool = True,
    ) -> Features:
        """Return the places of words on axes, from -1 to 1, with their 95 % intervals.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> found = model.features("man", "queen", axes={"royal": [("man", "king"), ("woman", "queen")]})
        >>> found[0].value < found[1].value
        True

        An axis is as for ``w2v features``: the name of a ready one, ``NAME=NEG:POS,NEG:POS`` or ``NAME=FILE``; or pairs
        of words, from the negative to the positive end, by the name of the axis. Without any they are those of the
        lecture: gender, royal, age and food.

        Raises
        ------
        w2vcli.errors.BadSettings
            If an axis is none, or the model has no pair of it.
        w2vcli.errors.UnknownWords
            If the model has none of the words. Some that it does not have are left out, with a warning.
        """
        from w2vcli.face.answers import Features
        from w2vcli.face.pictures import place_on_axes

        if isinstance(axes, str):
            axes = [axes]
        if isinstance(axes, Mapping):
            axes = [f"{name}={','.join(map(':'.join, pairs))}" for name, pairs in axes.items()]
        others = self._variants if variants else ()
        return Features(*place_on_axes(self._model, self._asked(words), axes, seed, others, self._tell))

    def plot(
        self,
        *words: str,
        top: int = 0,
        around: str | Sequence[str] = (),
        topn: int = 10,
        groups: Mapping[str, Sequence[str]] | None = None,
        clusters: int | None = None,
        axis: str | None = None,
        arrows: Sequence[tuple[str, str]] = (),
        heatmap: bool = False,
        method: Literal["tsne", "pca", "umap"] = "tsne",
        dimensions: int = 2,
        perplexity: float | None = None,
        seed: int = 1,
        theme: str = "light",
        variants: bool = True,
        output: str | PathLike[str] | None = None,
        force: bool = False,
    ) -> Picture:
        """Return a picture of words, as points of which similar ones are close together. A notebook shows it.

        >>> import w2vcli as w2v
        >>> picture = w2v.load("english").plot("king", "queen", "man", "woman", method="pca")
        >>> picture.figure.get_size_inches().tolist()
        [8.0, 8.0]

        ``top`` takes the most frequent words, and ``around`` a word with its nearest neighbours. ``groups`` has words
        by the name of their group, ``arrows`` has pairs of words. ``output`` is a picture (.png, .svg, .pdf) or a page
        (.html) to write, ``figure`` of what is returned is matplotlib's. ``heatmap`` draws the similarities instead.

        Raises
        ------
        w2vcli.errors.BadSettings
            If there is nothing to draw, or the settings do not fit the words.
        w2vcli.errors.OutputExists
            If ``output`` is there, unless ``force`` is set.
        """
        from w2vcli.face.pictures import Plot, draw_words

        near = [around] if isinstance(around, str) else around
        plot = Plot(words, top, near, topn, groups or {}, clusters, axis, arrows, seed)
        return draw_words(
            self._model,
            plot,
            self._variants if variants and not heatmap else (),
            theme,
            output,
            self._tell,
            heatmap=heatmap,
            force=force,
            method=method,
            dimensions=dimensions,
            perplexity=perplexity,
        )

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

        return lines_with(self._model, self._asked(words), topn, seed, text, _kept(cache), self._tell)

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
        [found] = explain_terms(self._model, asked, 1, contexts, lines, _kept(cache), self._tell, texts)
        return as_reasons(found)

    def compare(
        self,
        *words: str,
        other: Model | str | PathLike[str] | None = None,
        by: str | None = None,
        sides: tuple[str, str] | None = None,
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
        ``words`` are shown if they are named, else those that differ most, or ``least``. See ``w2v compare --help``.

        Raises
        ------
        w2vcli.errors.BadSettings
            If there is no other side, or the texts were read in different ways.
        w2vcli.errors.BadModel, w2vcli.errors.BadCorpus
            If a text cannot be read again, or cannot be split so, or a word is too rare.
        """
        return self._sides(other, by, sides, text, seed, cache=cache).differences(
            words, least=least, topn=topn, near=near, min_count=min_count, shuffles=shuffles
        )

    def keyness(
        self,
        *words: str,
        other: Model | str | PathLike[str] | None = None,
        by: str | None = None,
        sides: tuple[str, str] | None = None,
        topn: int = 10,
        min_count: int = 20,
        text: Paths = (),
        cache: bool = True,
    ) -> Table[KeyWord]:
        """Return the words that are more frequent on one of two sides, the surest first, see `compare`."""
        return self._sides(other, by, sides, text, 1, cache=cache).key_words(words, topn=topn, min_count=min_count)

    def _sides(
        self,
        other: Model | str | PathLike[str] | None,
        by: str | None,
        sides: tuple[str, str] | None,
        text: Paths,
        seed: int,
        *,
        cache: bool,
    ) -> Sides:
        from w2vcli.face.texts import Sides

        if other is not None and not isinstance(other, Model):
            other = Model(find_model(text_of(other)))
        opened = None if other is None else other._model
        return Sides(self._model, opened, by, sides or (), text, seed, _kept(cache), self._tell)

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
            _kept(cache),
            self._tell,
            seed=seed,
            workers=workers,
            again=again,
            moved_to=paths_of(text, self.path),
        )
        self.__dict__.pop("_variants", None)
        return Table(stability_by_count(self._model, self._variants, topn, made.seed), ClassOfCounts)

    def evaluate(
        self,
        *sets: str | PathLike[str],
        kind: Kind | None = None,
        methods: Sequence[Method] = ("3cosadd",),
        restrict_vocab: int | None = None,
        case: Case | None = None,
        dummy4unknown: bool = False,
        resamples: int = 1000,
        seed: int = 1,
    ) -> Table[Figure]:
        """Measure how good the model is on test sets: figures with their 95 % intervals.

        ``sets`` are files, or ``questions-words``, ``wordsim353`` and ``simlex999``, which come with gensim and are
        taken if none is named. The arguments are the flags of ``w2v evaluate``.

        Raises
        ------
        w2vcli.errors.DamagedInput
            If a file has no questions, or may have questions of several kinds.
        w2vcli.errors.MissingGensim
            If a set comes with gensim, and that is not installed.
        """
        from w2vcli.measure.bootstrap import Bootstrap
        from w2vcli.measure.evaluate import EvaluationSettings
        from w2vcli.measure.evaluation import evaluate_all, name_models, read_sets
        from w2vcli.measure.figures import Figure

        settings = EvaluationSettings(tuple(methods), restrict_vocab, case, dummy4unknown)
        test_sets = read_sets([fspath(one) for one in sets], kind)
        found = evaluate_all(name_models([self._model]), test_sets, settings, Bootstrap(resamples, seed), self._tell)
        return Table(found.figures, Figure)

    def save(self, output: str | PathLike[str], *, force: bool = False) -> Model:
        """Keep a copy of the model under a name or at a path, and return it opened.

        >>> import w2vcli as w2v
        >>> w2v.load("english").save("kept").name
        'kept'

        Raises
        ------
        w2vcli.errors.OutputExists
            If there is one, unless ``force`` is set.
        """
        from w2vcli.face.saving import save_model

        return Model(save_model(self._model, output, force=force))

    def keyed_vectors(self) -> KeyedVectors:
        """Return the model as gensim's ``KeyedVectors``, see `w2vcli.open_model`."""
        import w2vcli

        return w2vcli.open_model(self.path)


def _kept(cache: bool) -> Path | None:
    return cache_folder() if cache else None
