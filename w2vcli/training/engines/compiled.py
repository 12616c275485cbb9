"""The compiled loop: imported, and kept between runs in the cache folder.

numba has a cache of its own, which is not enough. It looks at the time of one source file alone, it runs damaged code,
and where it cannot write it puts files beside its sources. So numba is given a sealed folder that is whole, or an empty
one, which is sealed and kept once the loop is compiled (`keep_compiled`).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from w2vcli.atomic import new_directory
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.registry import cache_folder
from w2vcli.sealing import require_sealed, seal
from w2vcli.signals import holding_signals

_PREFIX = "compiled-"
_KERNEL = "w2vcli.training.engines.kernel"
_SOURCES = ("kernel.py", "lanes.py", "../tree.py")
_under_way = ExitStack()  # moves what is compiled to where it is kept


def load_kernel() -> ModuleType:
    """Import `w2vcli.training.engines.kernel`, with what was compiled of it before, if that is whole.

    The name of its folder in the cache is a hash of all that it depends on: the sources, the versions of numba and
    Python, and the processor.

    Raises
    ------
    BadSettings
        If numba is told to compile nothing. The loop is made of instructions that Python does not have.
    """
    with holding_signals():
        import numba
        from llvmlite.binding import get_host_cpu_features, get_host_cpu_name

        if numba.config.DISABLE_JIT:
            raise BadSettings("NUMBA_DISABLE_JIT keeps the loop from being compiled; unset it, or take --engine gensim")
        depends_on = (numba.__version__, sys.version, get_host_cpu_name(), get_host_cpu_features().flatten())
        parts = [(Path(__file__).parent / name).read_bytes() for name in _SOURCES]
        parts += [part.encode() for part in depends_on]
        folder = cache_folder() / f"{_PREFIX}{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}"
        before = numba.config.CACHE_DIR
        if _KERNEL not in sys.modules:
            numba.config.CACHE_DIR = str(folder if _is_whole(folder) else _under_way.enter_context(_keeping(folder)))
        try:
            from w2vcli.training.engines import kernel
        finally:
            numba.config.CACHE_DIR = before
    return kernel


def keep_compiled() -> None:
    """Keep what was compiled since `load_kernel`. Call it when the loop is compiled."""
    _under_way.close()


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
def _keeping(folder: Path) -> Iterator[Path]:
    """Yield an empty folder, which becomes ``folder`` in the end. Nothing is kept where that cannot be written."""
    with TemporaryDirectory() as name:
        yield Path(name)
        with suppress(OSError), new_directory(folder, force=True) as partial:
            shutil.copytree(name, partial, dirs_exist_ok=True)
            seal(partial, [path.relative_to(partial).as_posix() for path in partial.rglob("*") if path.is_file()])
