"""Training with gensim's ``Word2Vec`` and ``FastText``.

gensim is given the vocabulary and the sentences, and trains all epochs in one call. To continue after an epoch it is
given the weights and the state of the random numbers, and told to do nothing in the epochs that are done: so its
learning rate is that of the epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.reporting import Advance
from w2vcli.requirements import require_gensim
from w2vcli.signals import holding_signals
from w2vcli.training.engines.task import Epoch, State, Task
from w2vcli.training.text import TrainingText

# Settings that are ours, or are given to gensim in another way: the vocabulary is made already.
_OWN = {"epochs", "held_out", "model_type", "min_count", "max_final_vocab"}
_FASTTEXT_ONLY = {"min_n", "max_n", "bucket"}

require_gensim("gensim's Word2Vec and FastText")


def gensim_engine(task: Task) -> None:
    """Train with gensim. With one worker the result is gensim's to the byte.

    Raises
    ------
    DamagedInput
        If ``task.state`` is that of an epoch, and its random numbers are not.
    """
    model = _make(task)
    counts = dict(zip(task.vocabulary.words, task.vocabulary.counts.tolist(), strict=True))
    sentences = _Sentences(task.text, task.advance, task.done)
    model.build_vocab_from_freq(counts, corpus_count=len(sentences))
    if task.state is not None:
        for name, array in task.state.arrays.items():
            _array(model, name)[:] = array
    if task.state is not None and task.done:
        try:
            model.random.set_state(_from_json(task.state.random or {}))
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise DamagedInput("the state of the random numbers is damaged; train again with --force") from error
    if task.fixed is not None:  # by these, gensim multiplies what it adds to a vector
        model.wv.vectors_lockf = np.where(task.fixed, 0, 1).astype(np.float32)
    model.train(sentences, total_examples=len(sentences), epochs=task.epochs)


def _make(task: Task) -> Any:
    """Return gensim's model with the settings of a task, which tells each epoch and begins after those that are done.

    gensim's callbacks do not know how many words were given and trained on, so its own methods are wrapped.
    """
    with holding_signals():
        from gensim.models import FastText, Word2Vec

    failures: list[BaseException] = []
    is_fasttext = task.settings.model_type == "fasttext"
    base: Any = FastText if is_fasttext else Word2Vec

    class Word2VecWithTree(base):  # type: ignore[misc]
        def _worker_loop(self, job_queue: Any, progress_queue: Any) -> None:
            # Where a worker fails, gensim would wait for it for ever.
            try:
                super()._worker_loop(job_queue, progress_queue)
            except BaseException as error:  # noqa: BLE001 - raised again below
                failures.append(error)
                progress_queue.put(None)

        def _train_epoch(self, data_iterable: Any, cur_epoch: int = 0, **kwargs: Any) -> tuple[int, int, int]:
            if cur_epoch < task.done:
                return 0, 0, 0
            trained, fed, jobs = super()._train_epoch(data_iterable, cur_epoch=cur_epoch, **kwargs)
            if failures:
                raise failures[0]
            task.on_epoch(_epoch(self, cur_epoch + 1, fed, trained))
            return trained, fed, jobs

    names = set(type(task.settings).__dataclass_fields__) - _OWN - (set() if is_fasttext else _FASTTEXT_ONLY)
    settings = {name: getattr(task.settings, name) for name in sorted(names)}
    return Word2VecWithTree(epochs=task.epochs, min_count=1, sorted_vocab=0, **settings)


def _epoch(model: Any, done: int, fed: int, trained: int) -> Epoch:
    """Return what an epoch came to. The arrays are gensim's own, which the next epoch changes."""
    names = ["vectors", *(name for name in ("syn1neg", "syn1") if hasattr(model, name))]
    if hasattr(model.wv, "adjust_vectors"):
        # fastText: gensim makes the means of word and n-grams at the end of the last epoch only.
        model.wv.adjust_vectors()
        names += ["vectors_vocab", "vectors_ngrams"]
    state = State({name: _array(model, name) for name in names}, _to_json(model.random.get_state()))
    return Epoch(done, fed, trained, state)


def _array(model: Any, name: str) -> npt.NDArray[np.float32]:
    """Return an array by its name in a `State`: gensim keeps output weights in the model, vectors in its ``wv``."""
    array: npt.NDArray[np.float32] = getattr(model if name.startswith("syn") else model.wv, name)
    return array


def _to_json(state: tuple[Any, ...]) -> dict[str, Any]:
    """Return the state of numpy's ``RandomState``, a Mersenne Twister, as JSON."""
    _, keys, position, has_gauss, gauss = state
    return {"keys": keys.tolist(), "position": position, "has_gauss": has_gauss, "gauss": gauss}


def _from_json(state: dict[str, Any]) -> tuple[Any, ...]:
    """Return what `_to_json` was given."""
    keys = np.array(state["keys"], dtype=np.uint32)
    return "MT19937", keys, state["position"], state["has_gauss"], state["gauss"]


class _Sentences:
    """The sentences of a text, for gensim to go through once in each epoch. Tells how many words were taken."""

    def __init__(self, text: TrainingText, advance: Advance, epochs_done: int) -> None:
        self._text = text
        self._advance = advance
        self._done = epochs_done * text.words

    def __len__(self) -> int:
        return len(self._text.starts)

    def __iter__(self) -> Iterator[list[str]]:
        for sentence in self._text.sentences():
            yield sentence
            self._done += len(sentence)
            self._advance(self._done)
