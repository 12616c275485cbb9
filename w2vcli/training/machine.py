"""The machine that trains, and what of it may change the bytes of a result."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from w2vcli.models.runs import Machine
from w2vcli.training.engines.table import ENGINES


def this_machine() -> Machine:
    """Return the machine that this process runs on, with the versions of what any engine needs.

    A library that is not installed is left out.
    """
    versions = {"python": platform.python_version()}
    packages = {"numpy", "scipy"}.union(*(engine.packages for engine in ENGINES.values()))
    for name in ("w2vcli", *sorted(packages)):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return Machine(platform.platform(), _processor(), os.cpu_count(), versions)


def _processor() -> str | None:
    """Return LLVM's name of the processor, None where LLVM is not at hand."""
    try:
        from llvmlite.binding import get_host_cpu_name

        name: str = get_host_cpu_name()
    except Exception:  # noqa: BLE001 - a broken library raises what it likes
        return None
    return name


def changed_machine(before: Machine, after: Machine) -> list[str]:
    """Return what is not as it was and may change the bytes, such as ``numpy 2.1 (now 2.4)``.

    Versions and the processor are compared. The system and the number of cores change no bytes.
    """
    was = before.versions
    changed = [
        f"{name} {was.get(name)} (now {version})"
        for name, version in after.versions.items()
        if was.get(name) != version
    ]
    if before.processor != after.processor:
        changed.append(f"the processor {before.processor} (now {after.processor})")
    return changed
