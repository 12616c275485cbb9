"""Models that are deleted or get another name, as wholes and within their own folder."""

from __future__ import annotations

from pathlib import Path

from w2vcli.atomic import require_absent, scratch_directory
from w2vcli.errors import BadModel, UnfinishedTraining
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
    inside = (each.relative_to(path) for each in path.rglob("*") if not each.is_dir() or each.is_symlink())
    others = [each.as_posix() for each in inside if _is_of_others(each)]
    if others:
        raise BadModel(f"{path} has files that are no part of a model: {listed(sorted(others))}; move them away first")
    _require_idle(path)


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
    require_absent(target, force=False, directory=True)
    _require_idle(path)
    path.rename(target)


def bytes_in(path: Path) -> int:
    """Return the bytes of all files in a folder, or of a file or a link. Links are not followed."""
    found = [path] if path.is_symlink() or not path.is_dir() else path.rglob("*")
    return sum(each.lstat().st_size for each in found if each.is_symlink() or not each.is_dir())


def _is_of_others(path: Path) -> bool:
    """Tell whether a file in a model, such as ``notes/a.txt``, is neither a part of it nor hidden."""
    return part_of(path.as_posix()) is None and not path.parts[0].startswith(".")


def _require_idle(path: Path) -> None:
    try:
        with locked(path / f".{VARIANTS}{LOCK}", wait=False):
            return
    except Locked as error:
        raise UnfinishedTraining(f"another process is training variants of {path}; wait until it has ended") from error
