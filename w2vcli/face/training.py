"""``w2vcli.train``: a model of files, or of sentences that a program has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from os import PathLike, fspath
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from weakref import finalize

from w2vcli.errors import BadSettings, W2vError
from w2vcli.face.checking import require_value
from w2vcli.face.model import Model
from w2vcli.face.saving import kept, sentences_beside, text_of
from w2vcli.face.sentences import are_files, require_texts, write_sentences
from w2vcli.face.telling import PythonReporter, speaking
from w2vcli.models.housekeeping import require_place
from w2vcli.models.registry import find_model, path_for_new, require_writable, suggested_name

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from w2vcli.training.plans import TrainingPlan

# What gensim's earlier versions called settings.
_EARLIER = {"size": "vector_size", "iter": "epochs", "vector_length": "vector_size", "threads": "workers"}
_ROWS = {"tokenizer": "whitespace", "column": "text"}


class TrainSettings(TypedDict, total=False):
    """The settings of `train`: the flags of ``w2v train``, with gensim's names and defaults where gensim has them."""

    tokenizer: str
    lowercase: bool
    keep_numbers: bool
    stop_words: Iterable[str]
    line_breaks: str
    column: str | None
    encoding: str
    encoding_errors: str
    phrases: str | None
    phrase_threshold: float | None
    phrase_min_count: int
    phrase_passes: int
    connector_words: str | Iterable[str]
    subword_vocabulary: int
    model_type: str
    vector_size: int
    window: int
    min_count: int
    max_final_vocab: int | None
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    alpha: float
    min_alpha: float
    sample: float
    shrink_windows: bool
    epochs: int | None
    workers: int
    seed: int
    min_n: int
    max_n: int
    bucket: int
    held_out: bool


@speaking
def train(
    corpus: str | PathLike[str] | Iterable[Any] | None = None,
    *,
    output: str | PathLike[str] | None = None,
    start_from: Model | str | PathLike[str] | None = None,
    vectors: Model | str | PathLike[str] | None = None,
    frozen: bool = False,
    engine: str = "auto",
    cache: bool = True,
    force: bool = False,
    **settings: Unpack[TrainSettings],
) -> Model:
    """Train word2vec on text, and return the model.

    >>> import w2vcli as w2v
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 50
    >>> model = w2v.train(sentences, vector_size=10, sample=0, epochs=2, workers=1)
    >>> sorted(model)
    ['king', 'queen', 'rules', 'the']

    ``corpus`` is one of these:

    - a path, as a string or a ``Path``: a file, a folder or an address, as for ``w2v train``. Several are ``Path`` s in
      a list;
    - sentences that are tokenized already: lists of strings. They are trained on as they are;
    - texts: strings, such as a column of pandas. Each is a document, and is tokenized by ``tokenizer``.

    Sentences and texts are gone through once, so a generator will do. With ``output`` they are kept beside the model,
    in ``NAME.sentences.jsonl``, for `Model.lines`, `Model.why` and `Model.stability`.

    ``output`` is the name or the path of the model, which stays. Without it the model goes when Python ends, unless
    `Model.save` keeps it. ``start_from`` is a model that is trained further: on the ``corpus``, or for more epochs on
    its own. ``vectors`` is a model, such as a pretrained one, with whose vectors the words begin that both have. They
    are tuned with the others, or stay as they are if they are ``frozen``.

    The ``settings`` are the flags of ``w2v train``: ``vector_size``, ``window``, ``min_count``, ``sg``, ``epochs``,
    ``workers``, ``seed``, ``tokenizer``, ``lowercase``, ``column``, ``phrases`` and so on.

    What was left out or looks odd is a `w2vcli.W2vWarning`. A notebook shows a bar.

    Raises
    ------
    w2vcli.errors.BadCorpus
        If there is nothing to train on, or what is there is neither sentences nor texts nor files.
    w2vcli.errors.BadSettings
        If the settings contradict each other, or there is none of that name.
    w2vcli.errors.OutputExists
        If there is a model called ``output``, unless ``force`` is set.
    """
    wanted = _as_wanted(settings)
    if corpus is None and start_from is None:
        raise BadSettings("name a corpus to train on, or a model with start_from to train it further")
    if start_from is not None and (vectors is not None or frozen):
        raise BadSettings("start_from goes on with the vectors of that model; leave vectors and frozen out")
    if frozen and vectors is None:
        raise BadSettings("frozen is said of vectors; name a model whose vectors stay as they are")
    begin = _Beginning(engine, _path_of(start_from), _path_of(vectors), frozen)
    if output is not None:
        target = path_for_new(text_of(output))
        require_place(target, force=force)
        require_writable(target)
        return Model(_train(corpus, wanted, begin, target, cache=cache, force=force))
    is_named = isinstance(corpus, str | PathLike)
    with _folder_of_one() as folder:
        target = folder / f"{suggested_name(fspath(corpus)) if is_named else 'sentences'}.w2v"  # type: ignore[arg-type]
        model = Model(_train(corpus, wanted, begin, target, cache=cache, force=force))
    finalize(model, rmtree, folder, ignore_errors=True)
    return model


class _Beginning(NamedTuple):
    """By what engine a training is done, and what it begins with: a model to go on with, ``vectors``, or neither."""

    engine: str
    start_from: Path | None
    vectors: Path | None
    frozen: bool

    def plan(self, sources: Sequence[str], wanted: dict[str, Any]) -> TrainingPlan:
        """Return the plan of the training."""
        from w2vcli.training import given_vectors, plans

        if self.start_from is not None:
            return plans.plan_to_continue(self.start_from, sources, wanted, self.engine)
        if self.vectors is not None:
            return given_vectors.plan_with_vectors(self.vectors, sources, wanted, self.engine, frozen=self.frozen)
        return plans.plan_training(sources, wanted, self.engine)


def _path_of(model: Model | str | PathLike[str] | None) -> Path | None:
    """Return where a model is, None if there is none."""
    if model is None:
        return None
    return model.path if isinstance(model, Model) else find_model(text_of(model))


@contextmanager
def _folder_of_one() -> Iterator[Path]:
    """Make a folder for a model that goes with its object. If the block fails, it is removed at once."""
    folder = Path(mkdtemp(prefix="w2v-"))
    try:
        yield folder
    except BaseException:  # an interruption, too, for whoever works in a notebook interrupts
        rmtree(folder, ignore_errors=True)
        raise


def _train(
    corpus: Any,
    wanted: dict[str, Any],
    begin: _Beginning,
    target: Path,
    *,
    cache: bool,
    force: bool,
) -> Path:
    """Train a model at ``target``, and return where it is."""
    from w2vcli.training.kept_corpora import kept_corpus
    from w2vcli.training.train import train_model

    def run(sources: Sequence[str], wanted: dict[str, Any]) -> Path:
        reporter, read = PythonReporter(), kept_corpus(sources)
        if read is None:
            train_model(begin.plan(sources, wanted), target, kept(cache), reporter, force=force)
            return target
        plan = begin.plan(read.origin.sources, wanted | read.reading(wanted))
        read.tell(reporter)
        train_model(plan, target, None, reporter, force=force, corpus=read.path)
        return target

    if corpus is None or isinstance(corpus, str | PathLike):
        return run([] if corpus is None else [fspath(corpus)], wanted)
    require_texts(corpus)
    if are_files(corpus):
        return run([fspath(path) for path in corpus], wanted)
    rows = sentences_beside(target)
    is_tokenized = write_sentences(corpus, rows, force=force)
    try:
        return run([str(rows)], _with_rows(wanted, is_tokenized=is_tokenized))
    except W2vError:
        rows.unlink(missing_ok=True)
        raise


def _as_wanted(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as a plan takes them.

    Raises
    ------
    BadSettings
        If there is none of a name, with the name that may be meant.
    """
    from w2vcli.corpus.phrases import ENGLISH_CONNECTOR_WORDS
    from w2vcli.corpus.reading import Reading
    from w2vcli.training.settings import RANGES, Settings

    known = {each.name for kind in (Reading, Settings) for each in fields(kind)} - {"word_rules"}
    for name in settings:
        if name not in known:
            [*meant] = [_EARLIER[name]] if name in _EARLIER else get_close_matches(name, known, n=1)
            raise BadSettings(f"there is no setting {name}{f'; did you mean {meant[0]}?' if meant else ''}")
    wanted = dict(settings)
    for name, value in settings.items():
        default = getattr(Reading, name, getattr(Settings, name, None))
        if name not in RANGES:  # which the settings know themselves
            require_value("train", name, value, default)
    if wanted.get("connector_words") == "english":
        wanted["connector_words"] = sorted(ENGLISH_CONNECTOR_WORDS)
    for name in ("stop_words", "connector_words"):
        if isinstance(wanted.get(name), str):
            raise BadSettings(f"{name} are a list of words, not a string")
        if name in wanted:
            wanted[name] = tuple(wanted[name])
    return wanted


def _with_rows(wanted: dict[str, Any], *, is_tokenized: bool) -> dict[str, Any]:
    """Return settings for a table of sentences or texts.

    Raises
    ------
    BadSettings
        If they say how to read files, or would tokenize what is tokenized.
    """
    if "column" in wanted:
        raise BadSettings("--column is for files of tables; of a frame of pandas, give the column itself")
    if not is_tokenized:
        return wanted | {"column": _ROWS["column"]}
    if wanted.get("tokenizer", _ROWS["tokenizer"]) != _ROWS["tokenizer"]:
        raise BadSettings("the sentences are tokenized already; leave --tokenizer out, or give them as strings")
    return wanted | _ROWS
