"""How far a training has come."""

from __future__ import annotations

from dataclasses import dataclass, field

from w2vcli.models.runs import EpochWords


@dataclass
class TrainingProgress:
    """What has been done: where the words of each epoch went, the loss after each, and the seconds it all took.

    ``loss`` is empty where none is measured. ``engine`` is the name of the one that trained, "" before the first epoch.
    """

    epochs: list[EpochWords] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    seconds: float = 0.0
    engine: str = ""

    @property
    def done(self) -> int:
        """How many epochs are done."""
        return len(self.epochs)
