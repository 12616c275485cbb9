"""Files of settings: where they are, and in which line of them a key stands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from w2vcli.models.registry import config_folder

PROJECT_FILE = "w2v.toml"
# What Python's projects have instead, and the tables in it that are ours: [tool.w2v], [tool.w2v.train].
PYTHON_PROJECT = "pyproject.toml"
_OURS = ("tool", "w2v")
_USER_FILE = "config.toml"


class SettingsFile:
    """A file of settings: its tables, which are below others in a ``pyproject.toml``, and the line of a key."""

    def __init__(self, path: Path, *, is_project: bool) -> None:
        """Read the file at ``path``.

        Raises
        ------
        click.UsageError
            If it cannot be read or is not TOML.
        """
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        self.path, self.is_project = path, is_project
        self._above = _OURS if path.name == PYTHON_PROJECT else ()
        self._loads = tomllib.loads
        self._fault = tomllib.TOMLDecodeError
        try:
            self._text = path.read_text(encoding="utf-8-sig")
            self.tables: dict[str, Any] = self._loads(self._text)
        except UnicodeDecodeError as error:
            raise click.UsageError(f"{self.name}: not UTF-8, in which files of settings are") from error
        except OSError as error:
            raise click.UsageError(f"{self.name}: {error.strerror}") from error
        except self._fault as error:
            raise click.UsageError(f"{self.name}: not TOML: {error}") from error
        for name in self._above:
            self.tables = self.tables[name]

    def head(self, *names: str) -> str:
        """Return the head of the table of a command, as it is written in this file: ``[tool.w2v.train]``."""
        return f"[{'.'.join((*self._above, *names))}]"

    @property
    def name(self) -> str:
        """The path as it is told: short for what stands in the working folder."""
        return self.path.name if self.path.parent == Path.cwd() else str(self.path)

    def line(self, keys: Sequence[str]) -> int:
        """Return the line, from 1, in which a key begins: the first lines of the file with it are TOML that has it."""
        lines = self._text.splitlines(keepends=True)
        begins = 0
        for end in range(1, len(lines) + 1):
            try:
                found: Any = self._loads("".join(lines[:end]))
            except self._fault:  # within a value of several lines
                continue
            for key in (*self._above, *keys):
                found = found.get(key) if isinstance(found, dict) else None
            if found is not None:
                break
            begins = end
        return begins + 1

    def place(self, keys: Sequence[str]) -> str:
        """Return where a key stands, as an error tells it."""
        return f"{self.name}, line {self.line(keys)}"


class Setting(NamedTuple):
    """The value of an option that was not typed: of the variable ``keys[0]``, or below these keys in a file."""

    value: Any
    file: SettingsFile | None
    keys: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands, as an error tells it."""
        return self.keys[0] if self.file is None else self.file.place(self.keys)

    @property
    def source(self) -> str:
        """Where it stands, for who looks for it: ``$W2V_TRAIN_WINDOW`` or ``/texts/w2v.toml:3``."""
        return f"${self.keys[0]}" if self.file is None else f"{self.file.path}:{self.file.line(self.keys)}"


def read_files() -> list[SettingsFile]:
    """Return the files of settings, that of the project before that of the user."""
    found = []
    if (path := project_file()) is not None:
        found.append(SettingsFile(path, is_project=True))
    if (path := user_file()).is_file():
        found.append(SettingsFile(path, is_project=False))
    return found


def project_file() -> Path | None:
    """Return the file of settings in the working folder or in the nearest folder above it that has one.

    That is ``w2v.toml``, else a ``pyproject.toml`` with a table ``[tool.w2v]``.
    """
    try:
        here = Path.cwd()
    except FileNotFoundError:  # the folder that one is in was deleted
        return None
    for folder in (here, *here.parents):
        if (path := folder / PROJECT_FILE).is_file():
            return path
        if (path := folder / PYTHON_PROJECT).is_file() and _has_ours(path):
            return path
    return None


def _has_ours(path: Path) -> bool:
    """Tell whether a ``pyproject.toml`` has settings of w2v. One that cannot be read is that of another program."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        text = path.read_text(encoding="utf-8-sig")
        found: Any = tomllib.loads(text) if _OURS[-1] in text else {}
    except (OSError, ValueError):
        return False
    for name in _OURS:
        found = found.get(name) if isinstance(found, dict) else None
    return isinstance(found, dict)


def user_file() -> Path:
    """Return where the user's settings are, or would be."""
    return config_folder() / _USER_FILE
