"""Models that are deleted or get another name, as wholes and within their own folder."""

from __future__ import annotations

import os
from pathlib import Path

from w2vcli.atomic import require_absent, scratch_directory
from w2vcli.errors import BadModel, OutputExists, UnfinishedTraining
from w2vcli.escaping import listed
from w2vcli.locks import LOCK, Locked, locked
from w2vcli.models.model_parts import VARIANTS, part_of


def require_removable(path: Path) -> None:
    """Refuse to delete a folder in which something else lies, or on which another process works.

    A link is always removable, since only the link goes.

    Raises
    ------
    BadModel
        If there is a file in it that is no part of a model.
    UnfinishedTraining
        If another process trains variants in it.
    """
    if path.is_symlink():
        return
    if others := _others_in(path):
        raise BadModel(f"{path} has files that are no part of a model: {listed(others)}; move them away first")
    _require_idle(path)


def require_place(path: Path, *, force: bool) -> None:
    """Refuse to write a model at ``path`` if something is there that ``force`` does not allow to replace.

    With it, too, nothing is lost but a model: not a folder in which something else lies. Of a link only the link goes.

    Raises
    ------
    OutputExists
        If something is there and ``force`` is false, or if there is a file in it that is no part of a model.
    """
    require_absent(path, force=force, directory=True)
    if path.is_dir() and not path.is_symlink() and (others := _others_in(path)):
        raise OutputExists(f"{path} has files that are no part of a model: {listed(others)}; move them away first")


def remove_model(path: Path) -> None:
    """Delete the model at ``path``: first its name, in one step, then its files. Of a link only the link.

    Raises
    ------
    BadModel, UnfinishedTraining
        As `require_removable` does.
    """
    require_removable(path)
    if path.is_symlink():
        path.unlink()
        return
    with scratch_directory(path) as scratch:  # what a kill leaves of it is removed by the next writer
        path.rename(scratch / path.name)


def rename_model(path: Path, target: Path) -> None:
    """Give the model at ``path`` another name, in one step.

    Raises
    ------
    OutputExists
        If something has that name.
    UnfinishedTraining
        If another process trains variants in it.
    """
    require_new_name(target)
    _require_idle(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)


def require_new_name(target: Path) -> None:
    """Raise `OutputExists` if something is at ``target``, which a renaming never replaces."""
    if os.path.lexists(target):
        raise OutputExists(f"{target} exists already; choose another name")


def bytes_in(path: Path) -> int:
    """Return the bytes of all files in a folder, or of a file or a link. Links are not followed."""
    found = [path] if path.is_symlink() or not path.is_dir() else path.rglob("*")
    return sum(each.lstat().st_size for each in found if each.is_symlink() or not each.is_dir())


def _others_in(path: Path) -> list[str]:
    """Return the files in a folder, such as ``notes/a.txt``, that are neither parts of a model nor hidden."""
    inside = (each.relative_to(path) for each in path.rglob("*") if not each.is_dir() or each.is_symlink())
    return sorted(each.as_posix() for each in inside if _is_of_others(each))


def _is_of_others(path: Path) -> bool:
    """Tell whether a file in a model, such as ``notes/a.txt``, is neither a part of it nor hidden."""
    return part_of(path.as_posix()) is None and not path.parts[0].startswith(".")


def _require_idle(path: Path) -> None:
    try:
        with locked(path / f".{VARIANTS}{LOCK}", wait=False):
            return
    except Locked as error:
        raise UnfinishedTraining(f"another process is training variants of {path}; wait until it has ended") from error
