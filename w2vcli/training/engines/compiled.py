"""Compiled loops: imported, and kept between runs in the cache folder.

numba has a cache of its own, which is not enough. It looks at the time of one source file alone, it runs damaged code,
and where it cannot write it puts files beside its sources. So numba is given a sealed folder that is whole, or an empty
one, which is sealed and kept once the loop is compiled (`keep_compiled`). Loops of other rooms are kept alike
(`load_loops`).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from w2vcli.atomic import new_directory
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.registry import cache_folder
from w2vcli.sealing import SEAL, require_sealed, seal
from w2vcli.signals import holding_signals

_PREFIX = "compiled-"
_KERNEL = "w2vcli.training.engines.kernel"
_SOURCES = (
    *("kernel.py", "cbow.py", "cbow_batch.py", "cbow_outputs.py", "composed.py"),
    *("drawing.py", "loop.py", "lanes.py", "stretches.py", "../tree.py"),
)
PAIRS = "w2vcli.training.engines.pairs"
_PAIR_SOURCES = ("pairs.py", "drawing.py", "loop.py", "lanes.py", "stretches.py")
_under_way: dict[str, ExitStack] = {}  # of each module, what moves its compiled loops to where they are kept


def load_kernel() -> ModuleType:
    """Import `w2vcli.training.engines.kernel`, with what was compiled of it before, if that is whole.

    Raises
    ------
    BadSettings
        If numba is told to compile nothing. The loop is made of instructions that Python does not have.
    """
    return _load_engine(_KERNEL, _SOURCES)


def load_pairs() -> ModuleType:
    """Import `w2vcli.training.engines.pairs` as `load_kernel` does the kernel."""
    return _load_engine(PAIRS, _PAIR_SOURCES)


def _load_engine(module: str, sources: Sequence[str]) -> ModuleType:
    if not compiles():
        raise BadSettings("NUMBA_DISABLE_JIT keeps the loop from being compiled; unset it, or take --engine gensim")
    return load_loops(module, [Path(__file__).parent / name for name in sources])


def compiles() -> bool:
    """Return whether numba compiles anything, which a variable of the environment may keep it from.

    Raises
    ------
    ImportError
        If numba is missing, or fails to import.
    """
    with holding_signals():
        import numba

        return not numba.config.DISABLE_JIT


def load_loops(module: str, sources: Sequence[Path]) -> ModuleType:
    """Import a module that numba compiles, with what was compiled of it before, if that is whole.

    The name of its folder in the cache is a hash of all that it depends on: its ``sources``, the versions of numba and
    Python, and the processor.
    """
    with holding_signals():
        import numba
        from llvmlite.binding import get_host_cpu_features, get_host_cpu_name

        depends_on = (numba.__version__, sys.version, get_host_cpu_name(), get_host_cpu_features().flatten())
        parts = [source.read_bytes() for source in sources]
        parts += [part.encode() for part in depends_on]
        name = module.rpartition(".")[2]
        folder = cache_folder() / f"{_PREFIX}{name}-{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}"
        before = numba.config.CACHE_DIR
        if module not in sys.modules:
            keeping = _under_way.setdefault(module, ExitStack())
            kept = _adding_to(folder) if _is_whole(folder) else _keeping(folder)
            numba.config.CACHE_DIR = str(keeping.enter_context(kept))
        try:
            return import_module(module)
        finally:
            numba.config.CACHE_DIR = before


def keep_compiled(module: str = _KERNEL) -> None:
    """Keep what was compiled since `load_kernel` or `load_loops`. Call it when all loops of it are compiled."""
    _under_way.setdefault(module, ExitStack()).close()


def clear_compiled(cache: Path) -> None:
    """Delete what this version and others have compiled."""
    for folder in cache.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder)


def _is_whole(folder: Path) -> bool:
    try:
        require_sealed(folder)
    except (DamagedInput, OSError):
        return False
    return True


@contextmanager
def _adding_to(folder: Path) -> Iterator[Path]:
    """Yield a folder that is whole. It is sealed again in the end if loops for other settings were compiled into it."""
    before = set(folder.rglob("*.nbc"))
    yield folder
    if set(folder.rglob("*.nbc")) != before:
        with suppress(OSError):
            _seal(folder)


def _seal(folder: Path) -> None:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    seal(folder, [name for name in files if name != SEAL])


@contextmanager
def _keeping(folder: Path) -> Iterator[Path]:
    """Yield an empty folder, which becomes ``folder`` in the end. Nothing is kept where that cannot be written."""
    with TemporaryDirectory() as name:
        yield Path(name)
        with suppress(OSError), new_directory(folder, force=True) as partial:
            shutil.copytree(name, partial, dirs_exist_ok=True)
            _seal(partial)
