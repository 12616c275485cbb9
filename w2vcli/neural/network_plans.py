"""What a network is trained by: settings with their defaults and ranges, and plans, which add the data.

    plan = plan_classifier(Path("aclImdb.tar.gz"), network="rnn", epochs=3)
    plan.settings.fitting.epochs      # 3
    plan.settings.fitting.batch_size  # 64, the default of this network

Help of commands takes defaults and ranges from here, so this module imports neither numpy nor Keras.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from w2vcli.errors import BadSettings
from w2vcli.inputs import STDIN

if TYPE_CHECKING:
    from w2vcli.corpus.reading import Reading
    from w2vcli.models.directory import Model
    from w2vcli.neural.labelled_texts.label_files import Columns

Setting: TypeAlias = "str | float | bool"
T = TypeVar("T")
S = TypeVar("S", "ClassifierSettings", "LanguageSettings")

# The least and the most of each setting, both allowed; None where there is no most.
RANGES: dict[str, tuple[float, float | None]] = {
    "window": (1, 1000),
    "units": (1, 65_536),
    "dense": (0, 65_536),
    "vector_size": (1, 65_536),
    "dropout": (0, 0.95),
    "vocabulary_size": (1, None),
    "min_count": (1, None),
    "length": (1, None),
    "epochs": (1, None),
    "patience": (0, None),
    "batch_size": (1, None),
    "learning_rate": (0, 1),
    "validation": (0, 0.9),
    "seed": (0, 2**32 - 1),
}
# Their least value itself is refused: nothing would be learnt, or nothing held out.
NOT_ZERO = {"learning_rate", "validation"}
CHOICES: dict[str, tuple[str, ...]] = {
    "cell": ("gru", "lstm"),
    "keep": ("best", "last"),
    "pad_to": ("length", "batch"),
    "truncating": ("pre", "post"),
}


@dataclass(frozen=True)
class ClassifierNetwork:
    """The layers of a classifier, under Keras's names where it has one.

    Both networks begin with an embedding of ``vector_size`` and end with a logit:

    - ``average``: the mean of the vectors, a hidden layer of ``dense`` units with relu, none of 0 units.
    - ``rnn``: the last states of a ``cell`` with ``units`` that reads forwards and of one that reads backwards.

    ``dropout`` is the share of the embedding's columns, and of the input of the last layer, that is left out at
    random. Without ``mask``, padding counts as a word.
    """

    network: Literal["average", "rnn"] = "average"
    cell: Literal["gru", "lstm"] = "gru"
    vector_size: int = 16
    units: int = 32
    dense: int = 16
    dropout: float = 0.0
    mask: bool = True


@dataclass(frozen=True)
class LanguageNetwork:
    """The layers of a language model.

    Both networks begin with an embedding of ``vector_size`` and end with a logit for each id:

    - ``feed-forward``: the vectors of the last ``window`` words, one after the other, and a hidden layer of ``units``
      with tanh (Bengio et al. 2003, A Neural Probabilistic Language Model).
    - ``recurrent``: a GRU with ``units``, which learns from rows of ``window`` words and is asked with as many.
    """

    network: Literal["feed-forward", "recurrent"] = "feed-forward"
    window: int = 4
    vector_size: int = 64
    units: int = 128
    dropout: float = 0.2


@dataclass(frozen=True)
class TextSettings:
    """How texts become words: at most ``vocabulary_size``, each seen ``min_count`` times.

    With the tokenizer ``subwords``, subword units take the place of words.

    ``word_rules`` number the rules of the tokenizer, as in `w2vcli.corpus.tokenizers.WORD_RULES`. Records from before
    they were numbered lack them: those networks were trained by the first rules.
    """

    tokenizer: str = "unicode"
    lowercase: bool = True
    vocabulary_size: int = 20_000
    min_count: int = 2
    word_rules: int = 1


@dataclass(frozen=True)
class FitSettings:
    """How long and how fast a network is trained.

    Training ends after ``epochs``, or after ``patience`` epochs without a better loss on validation. With a patience
    of 0, it always goes on to the last epoch.

    ``keep`` says which epoch the model is of: the ``best``, with the least loss on validation, or the ``last``.
    """

    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 1e-3
    patience: int = 2
    seed: int = 1
    keep: Literal["best", "last"] = "best"


@dataclass(frozen=True)
class RowShape:
    """The shape of a text: ``length`` ids. Longer texts lose their beginning (``truncating`` pre) or their end (post).

    The default is pre, since a review says at its end what it thinks. Shorter texts are padded (``pad_to``) to the
    length, or to the longest of their batch. A text that is asked by itself then has no padding.
    """

    length: int
    truncating: Literal["pre", "post"] = "pre"
    pad_to: Literal["length", "batch"] = "length"

    def cut(self, text: T) -> T:
        """Return what is left of a sequence of tokens."""
        found: T = text[-self.length :] if self.truncating == "pre" else text[: self.length]  # type: ignore[index]
        return found


@dataclass(frozen=True)
class ClassifierSettings:
    """All settings of a classifier. The values here are the defaults of the average network.

    ``length``, ``truncating`` and ``pad_to`` are those of `RowShape`. ``validation`` is the share of each label that
    is held out to validate with. With ``validate_on_test``, the data's own part to validate or test with is taken
    instead, if there is one. ``pretrain`` begins with word2vec of
    the same texts. ``frozen`` leaves the first vectors as they are.
    """

    network: ClassifierNetwork = ClassifierNetwork()
    texts: TextSettings = TextSettings()
    fitting: FitSettings = FitSettings()
    length: int = 1000
    truncating: Literal["pre", "post"] = "pre"
    pad_to: Literal["length", "batch"] = "length"
    validation: float = 0.1
    validate_on_test: bool = False
    pretrain: bool = False
    frozen: bool = False


@dataclass(frozen=True)
class LanguageSettings:
    """All settings of a language model. The values here are the defaults of the feed-forward network.

    ``validation`` is the share of the sentences that is held out.
    """

    network: LanguageNetwork = LanguageNetwork()
    texts: TextSettings = TextSettings(vocabulary_size=10_000)
    fitting: FitSettings = FitSettings(batch_size=256, patience=1)
    validation: float = 0.1
    frozen: bool = False


# Of IMDB's 25,000 reviews to train on, the first 1,000 words are 99.5 % of the reviews whole, the first 400 are 86 %.
# An average can afford all of them; a step of the RNN takes as long as its rows. 20,000 words are 97 % of the tokens.
CLASSIFIER_DEFAULTS = {
    "average": ClassifierSettings(),
    "rnn": ClassifierSettings(
        network=ClassifierNetwork(network="rnn", vector_size=64, dropout=0.5),
        fitting=FitSettings(epochs=6, batch_size=64),
        length=400,
        pretrain=True,
    ),
}
LANGUAGE_DEFAULTS = {
    "feed-forward": LanguageSettings(),
    "recurrent": LanguageSettings(
        network=LanguageNetwork(network="recurrent", window=32), fitting=FitSettings(batch_size=16, patience=1)
    ),
}
PRESETS = {
    # TensorFlow's tutorial on word embeddings, which the lecture follows. Its network has 8,185 rows, of which two are
    # for padding and unknown units here. Its texts are cut nowhere, and keep their capital letters.
    "lecture": ClassifierSettings(
        network=ClassifierNetwork(mask=False),
        texts=TextSettings(tokenizer="subwords", lowercase=False, vocabulary_size=8183, min_count=1),
        fitting=FitSettings(batch_size=10, patience=0, keep="last"),
        length=100_000,
        pad_to="batch",
        validate_on_test=True,
    )
}


@dataclass(frozen=True)
class ClassifierPlan:
    """The training of a classifier on ``data``, which is read as ``columns`` say.

    It is validated with ``validation_data``, or with texts that are held out. The embedding begins with ``vectors``
    of a model, if there is one.
    """

    data: Path
    columns: Columns
    settings: ClassifierSettings
    validation_data: Path | None = None
    vectors: Model | None = None


@dataclass(frozen=True)
class LanguagePlan:
    """The training of a language model on texts, ``sources``, which are read as ``reading`` says.

    The embedding begins with ``vectors`` of a model, if there is one.
    """

    sources: tuple[str, ...]
    reading: Reading
    settings: LanguageSettings
    vectors: Model | None = None


def plan_classifier(
    data: Path,
    columns: Columns | None = None,
    *,
    preset: str | None = None,
    validation_data: Path | None = None,
    vectors: Model | None = None,
    **settings: Setting,
) -> ClassifierPlan:
    """Return the plan of a classifier: the ``preset``, or the defaults of its network, and what ``settings`` change.

    Raises
    ------
    BadSettings
        If there is no such setting, one is out of its range, or some contradict each other.
    """
    from w2vcli.neural.labelled_texts.label_files import Columns

    if vectors is not None and settings.get("pretrain"):
        raise BadSettings("--pretrain and --vectors both say what to begin with; leave one of them out")
    if preset is not None and preset not in PRESETS:
        raise BadSettings(f"there is no preset {preset}: they are {', '.join(PRESETS)}")
    if "validation" in settings:  # a share to hold out goes before the preset's test part
        settings = {"validate_on_test": False, **settings}
    defaults = CLASSIFIER_DEFAULTS if preset is None else dict.fromkeys(CLASSIFIER_DEFAULTS, PRESETS[preset])
    found = _settings(defaults, settings, vectors)
    return ClassifierPlan(data, columns or Columns(), found, validation_data, vectors)


def plan_language_model(
    sources: Sequence[str], reading: Reading | None = None, *, vectors: Model | None = None, **settings: Setting
) -> LanguagePlan:
    """Return the plan of a language model: the defaults of its network, then what ``settings`` change.

    ``reading`` says how the texts are read. Its tokenizer is that of the settings.

    Raises
    ------
    BadSettings
        If there is no such setting, one is out of its range, or some contradict each other.
    """
    from w2vcli.corpus.reading import Reading

    found = _settings(LANGUAGE_DEFAULTS, settings, vectors)
    texts = found.texts
    by = {"tokenizer": texts.tokenizer, "lowercase": texts.lowercase, "word_rules": texts.word_rules}
    return LanguagePlan(tuple(map(_absolute, sources)), replace(reading or Reading(), **by), found, vectors)  # type: ignore[arg-type]


def _absolute(name: str) -> str:
    """Return the name of a source by which it is found from any folder, to resume."""
    return name if name == STDIN or "://" in name else str(Path(name).absolute())


def values_of(settings: Any) -> dict[str, Setting]:
    """Return the settings in a dataclass and in its parts by name: ``{"network": "average", "cell": "gru", ...}``."""
    found: dict[str, Setting] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        found |= values_of(value) if is_dataclass(value) else {each.name: value}
    return found


def _settings(defaults: Mapping[str, S], changes: Mapping[str, Setting], vectors: Model | None) -> S:
    """Return the defaults of the network that ``changes`` name, or of the first one, with these changes."""
    from w2vcli.corpus.tokenizers import WORD_RULES

    network = changes.get("network", next(iter(defaults)))
    if network not in defaults:
        raise BadSettings(f"there is no network {network}: they are {', '.join(defaults)}")
    found = defaults[str(network)]
    if unknown := changes.keys() - values_of(found).keys():
        raise BadSettings(f"there is no setting {min(unknown)}: they are {', '.join(values_of(found))}")
    for name, value in changes.items():
        if not _is_allowed(name, value):
            raise BadSettings(f"--{name.replace('_', '-')} cannot be {value}")
    if vectors is None and changes.get("frozen"):
        raise BadSettings("--frozen vectors have to come from somewhere; add --vectors MODEL")
    size = {} if vectors is None else {"vector_size": vectors.facts.vector_size}
    return _changed(found, {**changes, **size, "word_rules": WORD_RULES})


def _is_allowed(name: str, value: Setting) -> bool:
    """Tell whether a setting may have a value. NaN is in no range."""
    if name in CHOICES:
        return value in CHOICES[name]
    if name not in RANGES:
        return True
    least, most = RANGES[name]
    return isinstance(value, int | float) and least <= value <= (most or value) and not (name in NOT_ZERO and not value)


def _changed(settings: T, changes: Mapping[str, Setting]) -> T:
    """Return a dataclass of settings with some values changed, wherever a field of it or of its parts has the name."""
    found = {each.name: getattr(settings, each.name) for each in fields(settings)}  # type: ignore[arg-type]
    for name, value in found.items():
        found[name] = _changed(value, changes) if is_dataclass(value) else changes.get(name, value)
    return type(settings)(**found)
