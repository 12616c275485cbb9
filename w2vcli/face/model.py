"""``w2vcli.Model``: an open model, whose methods are the commands that ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING, Literal, overload

from w2vcli.errors import BadModel
from w2vcli.face.checking import require_value
from w2vcli.face.saving import Paths, kept
from w2vcli.face.table import Table
from w2vcli.face.telling import speaks
from w2vcli.face.text_questions import TextQuestions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from gensim.models import KeyedVectors

    from w2vcli.compare.slices import PlaceInSlice
    from w2vcli.face.answers import Features
    from w2vcli.face.places import Axes
    from w2vcli.measure.figures import Figure
    from w2vcli.measure.kinds import Kind
    from w2vcli.measure.word_rows import Case
    from w2vcli.queries.methods import Method
    from w2vcli.queries.weightings import Weighting
    from w2vcli.views.pictures import Picture


@speaks
class Model(TextQuestions):
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

    @overload
    def features(
        self,
        *words: str,
        axes: Axes = (),
        by: None = None,
        seed: int = 1,
        variants: bool = True,
        text: Paths = (),
        cache: bool = True,
    ) -> Features: ...
    @overload
    def features(
        self, *words: str, axes: Axes = (), by: str, seed: int = 1, text: Paths = (), cache: bool = True
    ) -> Table[PlaceInSlice]: ...
    def features(
        self,
        *words: str,
        axes: Axes = (),
        by: str | None = None,
        seed: int = 1,
        variants: bool = True,
        text: Paths = (),
        cache: bool = True,
    ) -> Features | Table[PlaceInSlice]:
        """Return the places of words on axes, from -1 to 1, with their 95 % intervals.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> found = model.features("man", "queen", axes={"royal": [("man", "king"), ("woman", "queen")]})
        >>> found[0].value < found[1].value
        True

        An axis is as for ``w2v features``: the name of a ready one, ``NAME=NEG:POS,NEG:POS`` or ``NAME=FILE``; or pairs
        of words, from the negative to the positive end, by the name of the axis. Without any they are those of the
        lecture: gender, royal, age and food.

        ``by`` is a column of the table that the model was trained on, such as ``"year"``: then there is a record for
        each slice of the text, with the place of the word as it is used there.

        Raises
        ------
        w2vcli.errors.BadSettings
            If an axis is none, or the model has no pair of it.
        w2vcli.errors.BadModel, w2vcli.errors.BadCorpus
            If there is no text of the model to be sliced, or it has no such column.
        w2vcli.errors.UnknownWords
            If the model has none of the words. Some that it does not have are left out, with a warning.
        """
        from w2vcli.face import places

        directions = places.find_directions(self._model, axes, seed, self._tell)
        asked = self._asked(words)
        if by is not None:
            return places.place_in_slices(self._model, asked, directions, by, seed, text, kept(cache), self._tell)
        return places.place_on_axes(self._model, asked, directions, self._variants if variants else (), self._tell)

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

    def evaluate(
        self,
        *sets: str | PathLike[str],
        kind: Kind | None = None,
        methods: Method | Sequence[Method] = "3cosadd",
        restrict_vocab: int | None = None,
        case: Case | None = None,
        dummy4unknown: bool = False,
        resamples: int = 1000,
        seed: int = 1,
        encoding: str = "utf-8",
        variants: bool = False,
    ) -> Table[Figure]:
        """Measure how good the model is on test sets: figures with their 95 % intervals.

        ``sets`` are files, or ``questions-words``, ``wordsim353`` and ``simlex999``, which come with gensim and are
        taken if none is named. The arguments are the flags of ``w2v evaluate``. With ``variants`` the figures also have
        the intervals for other documents, if the model has variants (`stability`).

        Raises
        ------
        w2vcli.errors.BadModel
            If variants are asked for, and there are none.
        w2vcli.errors.DamagedInput
            If a file has no questions, or may have questions of several kinds.
        w2vcli.errors.MissingGensim
            If a set comes with gensim, and that is not installed.
        """
        from w2vcli.measure.bootstrap import Bootstrap
        from w2vcli.measure.evaluate import EvaluationSettings
        from w2vcli.measure.evaluation import evaluate_all, name_models, read_sets
        from w2vcli.measure.figures import Figure, SureFigure
        from w2vcli.measure.variant_figures import with_variants

        asked = (methods,) if isinstance(methods, str) else tuple(methods)
        for method in asked:
            require_value("analogy", "method", method)
        settings = EvaluationSettings(asked, restrict_vocab, case, dummy4unknown)
        test_sets = read_sets([fspath(one) for one in sets], kind, encoding)
        if variants and not self._variants:
            raise BadModel(f"{self.name} has no variants; make some with: model.stability()")
        found = evaluate_all(name_models([self._model]), test_sets, settings, Bootstrap(resamples, seed), self._tell)
        if not variants:
            return Table(found.figures, Figure)
        return Table(with_variants(found.figures, self._variants, test_sets, settings, self._tell), SureFigure)

    def embed(
        self,
        texts: str | Iterable[str],
        *,
        weights: Weighting = "mean",
        components: int | None = None,
        normalize: bool | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the vectors of texts (texts x vector_size, float32), or the vector of one that is a string.

        >>> import w2vcli as w2v
        >>> model = w2v.load("english")
        >>> model.embed(["the girl went to the castle", "a king"]).shape, model.embed("a king").shape
        ((2, 100), (100,))

        A vector is the mean of those of the words. Texts are tokenized as that of the model was. Tokens out of
        vocabulary are left out. A text without any other has zeros, which is a warning. ``weights``, ``components`` and
        ``normalize`` are the flags of ``w2v embed``.

        Raises
        ------
        w2vcli.errors.BadModel
            If ``weights`` is ``"sif"``, and the model does not know how often its words were seen.
        w2vcli.errors.BadSettings
            If there are too few texts for what they have in common to be left out.
        TypeError
            If a text is no string.
        """
        from w2vcli.face.embedding import embed_texts

        return embed_texts(self._model, texts, weights, components, self._tell, normalize=normalize)

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
