"""Training on a corpus that ``w2v read`` wrote: its text is that of its sources, which need not be read again.

The plan of such a training, and its record in the model, are those of a training on the sources. So whatever goes back
to the text, such as ``w2v lines`` and ``w2v rerun``, goes back to the sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from w2vcli.corpus.folders import Origin, is_corpus, read_origin
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadSettings
from w2vcli.reporting import Reporter
from w2vcli.training.plans import TrainingPlan, flag_of


@dataclass(frozen=True)
class KeptCorpus:
    """A corpus in a folder, and what it is of."""

    path: Path
    origin: Origin

    def reading(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return how it was read, as fields of `Reading`. Of those, ``wanted`` may have none with another value.

        Raises
        ------
        BadSettings
            If it has one.
        """
        was = asdict(self.origin.reading)
        for name, value in wanted.items():
            if name in was and value != was[name]:
                flag = flag_of(name)
                raise BadSettings(f"{self.path} was read with {flag} {_shown(was[name])}; leave {flag} out")
        return was

    def require_same(self, plan: TrainingPlan) -> None:
        """Raise `BadSettings` if a plan is to read text in another way, as that of a model that is trained further."""
        self.reading(asdict(plan.reading))

    def tell(self, reporter: Reporter) -> None:
        """Warn if the tokenizer here is of another version, by which words that are asked for are tokenized."""
        name, was = self.origin.reading.tokenizer, self.origin.tokenizer_version
        if (now := str(TOKENIZERS[name].version())) != was:
            reporter.warn(f"{self.path} was tokenized with version {was} of {name}, and here is version {now}")


def kept_corpus(sources: Sequence[str]) -> KeptCorpus | None:
    """Return the corpus that ``sources`` name, None if they name texts.

    Raises
    ------
    BadSettings
        If they name other things besides a corpus.
    DamagedInput
        If the corpus does not say what it is of.
    """
    folders = [Path(name) for name in sources if is_corpus(Path(name))]
    if not folders:
        return None
    if len(sources) > 1:
        raise BadSettings(f"{folders[0]} was read already, and such a corpus is trained on alone; leave out the rest")
    return KeptCorpus(folders[0], read_origin(folders[0]))


def _shown(value: object) -> str:
    """Return a value as it may stand in a message: a list of words would be long."""
    return f"{len(value):,} words" if isinstance(value, tuple | list) else str(value)
