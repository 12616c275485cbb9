"""What this machine has of all that w2v can use, and the command that brings what it lacks."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from w2vcli.errors import gensim_remedy
from w2vcli.models.registry import cache_folder, home
from w2vcli.processors import processors

_SAMPLES = "A한語かЖعकবதไ"  # one character of each script that is looked for
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "msedge", "safari", "open", "xdg-open")


class Check(NamedTuple):
    """One thing that was looked for.

    ``found`` says what there is, and is empty if there is nothing. ``remedy`` is a command, or empty. ``needed``
    tells whether w2v does little without it.
    """

    name: str
    found: str
    remedy: str = ""
    needed: bool = False

    @property
    def is_missing(self) -> bool:
        """Tell whether there is none of it."""
        return not self.found


def check_all() -> Iterator[Check]:
    """Yield what there is on this machine: system, engines, fonts, extras, folders and browser, in this order."""
    yield Check("w2v", version("w2vcli"), needed=True)
    yield Check("system", platform.platform(), needed=True)
    yield Check("Python", f"{platform.python_version()} ({sys.executable})", needed=True)
    yield _processor()
    yield from _engines()
    yield from _fonts()
    yield from _extras()
    yield from _folders()
    yield Check("browser", next(filter(None, map(shutil.which, _BROWSERS)), ""), "any browser shows the pages")


def _processor() -> Check:
    cores = processors()
    try:
        from llvmlite.binding import get_host_cpu_features, get_host_cpu_name
    except ImportError:
        return Check("processor", f"{platform.machine()}, {cores} cores")
    features = get_host_cpu_features()
    wide = next((bits for name, bits in (("avx512f", 512), ("avx2", 256)) if features.get(name)), 128)
    return Check("processor", f"{get_host_cpu_name()}, {cores} cores, vector registers of {wide} bits")


def _engines() -> Iterator[Check]:
    yield Check("gensim", _version("gensim"), gensim_remedy())
    numba = _version("numba")
    compiled = any(cache_folder().glob("compiled-kernel-*"))
    state = "the loop is compiled" if compiled else "the first w2v train compiles the loop, in some seconds"
    yield Check("numba", f"{numba}: {state}" if numba else "", "python -m pip install numba")


def _fonts() -> Iterator[Check]:
    from w2vcli.views.fonts import find_fonts, script_of

    for character in _SAMPLES:
        fonts, script = find_fonts([character]), script_of(character)
        found = "" if fonts.missing else fonts.families[-1]
        yield Check(f"font: {script.name}", found, script.remedy)


def _extras() -> Iterator[Check]:
    """Yield each extra with the versions of its packages, or what installs it.

    They stand in the metadata of w2v: ``pyarrow>=17; extra == "arrow"``. The extras of developers are left out.
    """
    packages: dict[str, list[str]] = {}
    for line in requires("w2vcli") or ():
        found = re.fullmatch(r"([\w.-]+).*;.*extra == ['\"]([\w-]+)['\"].*", line)
        if found and found[2] not in {"all", "core-test", "test", "lint"}:
            packages.setdefault(found[2], []).append(found[1])
    for extra, names in packages.items():
        versions = {name: _version(name) for name in names}
        there = ", ".join(f"{name} {number}" for name, number in versions.items()) if all(versions.values()) else ""
        yield Check(f"extra: {extra}", there, f"python -m pip install 'w2vcli[{extra}]'")


def _folders() -> Iterator[Check]:
    for name, folder, remedy in (
        ("home", home(), "export W2V_HOME=FOLDER, one that you may write to"),
        ("cache", cache_folder(), "export W2V_HOME=FOLDER, one that you may write to"),
    ):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free / (1 << 30)
        yield Check(name, f"{folder}, {free:.1f} GiB free" if _is_writable(existing) else "", remedy, needed=True)


def _is_writable(folder: Path) -> bool:
    """Return whether a file can be made in ``folder``. Its permissions do not tell: root has them in /proc too."""
    try:
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _version(package: str) -> str:
    """Return the version of an installed package; empty if there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
