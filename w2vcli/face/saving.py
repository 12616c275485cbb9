"""Where models from Python lie: those without a name in a folder that goes with them, and copies under a name."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.atomic import link_or_copy, new_directory
from w2vcli.models.directory import copy_model
from w2vcli.models.housekeeping import require_place
from w2vcli.models.registry import cache_folder, path_for_new, require_writable

if TYPE_CHECKING:
    from w2vcli.models.directory import Model as OpenModel

# Where a text is.
Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
# The sentences that a model was trained on, beside it.
SENTENCES = ".sentences.jsonl"


def text_of(name: str | PathLike[str]) -> str:
    """Return what the commands take for a name or a path: a ``Path`` is always a path."""
    return name if isinstance(name, str) else str(Path(name).absolute())


def kept(cache: bool) -> Path | None:
    """Return where encoded corpora are kept, None if there is to be no ``cache``."""
    return cache_folder() if cache else None


def sentences_beside(model: Path) -> Path:
    """Return where the sentences of the model at a path are kept, if it was trained on such."""
    return model.with_suffix(SENTENCES)


def save_model(model: OpenModel, output: str | PathLike[str], *, force: bool) -> Path:
    """Copy a model, and the sentences beside it, and return where to."""
    target = path_for_new(text_of(output))
    require_place(target, force=force)
    require_writable(target)
    sentences = sentences_beside(model.path)
    with new_directory(target, force=force) as directory:
        copy_model(model.path, directory)
    if sentences.exists():
        sentences_beside(target).unlink(missing_ok=True)
        link_or_copy(sentences, sentences_beside(target))
    return target
