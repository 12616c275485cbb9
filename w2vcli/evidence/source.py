"""The text of a model, opened to look for words and to show lines of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.kept_text import KeptText, keep_text, open_kept_text
from w2vcli.corpus.known_files import keep_known
from w2vcli.corpus.spans import SpanFinder
from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.reporting import Reporter
from w2vcli.training.model_text import ModelText, open_text
from w2vcli.training.plans import TrainingPlan

_LOOKED_AT = 1000


@dataclass(frozen=True)
class OpenText:
    """The text of a model: its encoded corpus, how it was trained on, and its lines when they are asked for."""

    text: ModelText
    reporter: Reporter

    @property
    def corpus(self) -> EncodedCorpus:
        """The encoded corpus."""
        return self.text.corpus

    @property
    def plan(self) -> TrainingPlan:
        """How the text was read and trained on."""
        return self.text.plan

    @cached_property
    def kept(self) -> KeptText:
        """The text itself, which is read once more where it is not in the cache yet."""
        folder, files = self.text.folder, self.text.files
        with suppress(FileNotFoundError):
            return open_kept_text(folder, self.corpus, files)
        try:
            keep_text(folder, self.corpus, files, self.plan.reading, self.reporter)
            keep_known(folder)
        except OSError:  # a cache of others, or a full disk
            folder = self.text.scratch
            keep_text(folder, self.corpus, files, self.plan.reading, self.reporter)
        return open_kept_text(folder, self.corpus, files)

    @cached_property
    def finder(self) -> SpanFinder:
        """What finds tokens in original sentences."""
        return SpanFinder(self.plan.reading)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word of the corpus, also of those that are too rare for the model."""
        return {word: number for number, word in enumerate(self.corpus.words)}


@contextmanager
def open_source(
    model: Model, cache: Path | None, reporter: Reporter, moved_to: Sequence[str] = ()
) -> Iterator[OpenText]:
    """Yield the text of a model. It raises what `open_text` raises.

    Raises
    ------
    BadModel
        If the text has other words than the model, since another version of a tokenizer read it.
    """
    with open_text(model.path, model.facts, cache, reporter, moved_to) as text:
        opened = OpenText(text, reporter)
        runs = model.facts.runs
        times = len(runs) + (runs[0].start_from is not None)  # which was trained elsewhere
        if times > 1:
            reporter.note(f"{model.name} was trained {times} times; this is of the text of the last one")
        elif not _has_counts_of(model, opened):
            raise BadModel(f"{model.path}: reading its text again gives other words than it has; train it again")
        yield opened


def _has_counts_of(model: Model, text: OpenText) -> bool:
    """Tell whether the most frequent words of a model come as often in a text. Another tokenizer changes them too."""
    words = [model.words[row] for row in range(min(_LOOKED_AT, model.facts.words))]
    ids = [text.ids.get(word, -1) for word in words]
    if -1 in ids or model.counts is None:
        return False
    return bool((text.corpus.counts[ids] == model.counts[: len(ids)]).all())
