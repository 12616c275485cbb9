"""Loops in LLVM's instructions, compiled. llvmlite alone is needed, which loads and compiles in a tenth of a second."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple


class Compiled(NamedTuple):
    """A compiled function, called with ``call``. Its instructions live as long as ``engine``."""

    call: Callable[..., int]
    engine: object


def compile_function(module: Any, name: str, arguments: int) -> Compiled:
    """Compile the function ``name`` of a module of llvmlite. It takes ``arguments`` 64-bit integers and returns one."""
    from llvmlite import binding

    with suppress(RuntimeError):  # the newer versions do it by themselves, and say so
        binding.initialize()
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    parsed = binding.parse_assembly(str(module))
    parsed.verify()
    machine = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=3
    )
    engine = binding.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    number = ctypes.c_int64
    call = ctypes.CFUNCTYPE(number, *[number] * arguments)(engine.get_function_address(name))
    return Compiled(call, engine)
