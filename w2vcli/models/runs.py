"""The records of trainings in ``model.json``, each of which is enough to do the training again.

The record of a training on one file, shortened::

    {"started": "2026-11-23T13:59:01.123456+00:00", "seconds": 1.5,
     "sources": [{"path": "/home/me/tales.txt", "files": 1, "bytes": 99, "sha256": "…"}],
     "settings": {"vector_size": 100, …}, "receipt": {"read": 20, …}, "loss": [3.1, 2.9], …}

A field has a default where models of earlier versions lack it. This module is loaded only by what looks into trainings,
since making its classes takes longer than a question can spare.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# Left out of the JSON where nothing is known, as earlier versions of w2v leave them out.
_LEFT_OUT_IF_EMPTY = {
    *("processor", "receipt", "machine", "started", "seconds", "sources", "text_sha256"),
    *("reading", "engine", "settings", "loss_examples", "vectors", "blocks", "segments"),
}


@dataclass(frozen=True)
class RunSource:
    """A source of a training as it was named: how many files it was, their bytes on disk, and their hash.

    The SHA-256 of a folder is that of the lines ``SHA-256  path`` of its files, in order.
    """

    path: str
    files: int = 0
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class EpochWords:
    """Where the words of one epoch went: ``trained + subsampled + below_min_count + held_out``.

    ``trained`` and ``subsampled`` are None where the engine does not count. Their sum is known even then.
    """

    trained: int | None
    subsampled: int | None
    below_min_count: int
    held_out: int


@dataclass(frozen=True)
class Receipt:
    """Where everything went that was read.

    Of the text, after decompression: ``bytes`` of which ``undecodable_bytes`` are no text, ``lines`` of which
    ``empty_lines`` have nothing to see, ``sentences``, and ``read`` words. Of these, ``stop_words`` and ``numbers``
    were left out and ``joined`` are in a phrase with the word before. The rest goes through ``epochs`` epochs, which
    makes ``total`` words = ``trained + subsampled + below_min_count + held_out``, each the sum of those in
    ``per_epoch``. ``min_count`` is what a word needed to be trained, which ``max_final_vocab`` may have raised.
    What an earlier version did not count is 0.
    """

    files: int = 0
    bytes: int = 0
    undecodable_bytes: int = 0
    lines: int = 0
    empty_lines: int = 0
    sentences: int = 0
    read: int = 0
    stop_words: int = 0
    numbers: int = 0
    joined: int = 0
    min_count: int = 0
    epochs: int = 0
    total: int = 0
    trained: int | None = 0
    subsampled: int | None = 0
    below_min_count: int = 0
    held_out: int = 0
    per_epoch: list[EpochWords] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """How many words of the text go through each epoch."""
        return self.read - self.stop_words - self.numbers - self.joined


@dataclass(frozen=True)
class Machine:
    """What a result may depend on besides the text and the settings.

    ``processor`` is LLVM's name of its kind, by which code is compiled for it, or None in early models.
    """

    system: str = ""
    processor: str | None = None
    cores: int | None = None
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BegunWith:
    """The vectors that a training began with: the path of their model, the SHA-256, and of how many words they are.

    If they are ``frozen``, they stayed as they were.
    """

    model: str
    sha256: str
    words: int
    frozen: bool


@dataclass(frozen=True)
class Run:
    """The record of one training: enough to do it again, and what came of it.

    ``reading`` and ``settings`` are the fields of the room of training, see `w2vcli.training.plans.plans_of`.
    ``start_from`` is the model whose training was continued, ``vectors`` what it began with otherwise. ``ties`` is the
    order of equally frequent words. ``blocks`` and ``segments`` are how a cluster shared out rows and text.
    ``loss`` is the mean loss after each epoch in nats, on ``loss_examples`` examples. It is empty without any.
    """

    started: str = ""
    seconds: float | None = None
    sources: list[RunSource] = field(default_factory=list)
    text_sha256: str = ""
    start_from: str | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    engine: str = ""
    ties: str = "first"
    settings: dict[str, Any] = field(default_factory=dict)
    receipt: Receipt | None = None
    loss: list[float] | None = None
    loss_examples: int | None = None
    machine: Machine | None = None
    vectors: BegunWith | None = None
    blocks: int | None = None
    segments: int | None = None


@dataclass(frozen=True)
class Trainings:
    """The part of the facts that has the records, so that an error says where it is: ``training[0].loss``."""

    training: list[Run] | None = None


def run_as_json(run: Run) -> dict[str, Any]:
    """Return a record as JSON has it."""
    return asdict(run, dict_factory=_without_unknown)


def _without_unknown(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields without those of which nothing is known: for ``dict_factory`` of `dataclasses.asdict`."""
    return {name: value for name, value in pairs if name not in _LEFT_OUT_IF_EMPTY or not _is_unknown(value)}


def _is_unknown(value: Any) -> bool:
    # A training of 0.0 seconds and a loss on 0 examples are known.
    """Tell whether nothing is known of a field."""
    return value is None or (not value and not isinstance(value, int | float))
