"""Vector registers for compiled loops: some floats side by side, on which every operation works at once.

LLVM makes good vector code of simple loops, but not of a loop over several rows that may overlap in memory. Here
the registers are named in the program. This adds twice the numbers at ``x`` to those at ``y``, for a whole row::

    two = filled(np.float32(2))
    for byte in range(0, row_bytes, BYTES):
        store(y + byte, fma(two, load(x + byte), load(y + byte)))

Only functions that numba compiles can call them. Addresses are those of float32 arrays, ``array.ctypes.data`` plus a
number of bytes. Nothing checks whether they are within the array.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

# Some fourteen registers are in use at once. AVX-512 has 32 of 16 floats, AVX2 has 16 of 8, and NEON has 32 of 4, of
# which two stand for one of ours.
LANES: int = 16 if llvmlite.binding.get_host_cpu_features().get("avx512f") else 8
"""How many floats a register holds."""

BYTES = 4 * LANES
"""How many bytes a register holds."""

_LINES = 128
"""Bytes of two lines of the cache, since some processors fetch them in pairs."""

_I32 = ir.IntType(32)
_I64 = ir.IntType(64)
_BYTES = ir.IntType(8).as_pointer()
_REGISTER = ir.VectorType(ir.FloatType(), LANES)


def row_floats(vector_size: int) -> int:
    """Return how many floats a row of weights has: those of a vector, and zeros up to whole registers."""
    return -(-vector_size // LANES) * LANES


def aligned(*shape: int, dtype: npt.DTypeLike = np.float32) -> npt.NDArray[Any]:
    """Return an array of zeros that shares no line of the processor's cache with anything else.

    A register that lies across two lines is loaded in two parts. A line that one thread writes is taken from all
    others that read in it, such as the state of two threads' random numbers.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    space = np.zeros(size + 2 * _LINES, np.uint8)
    start = -space.ctypes.data % _LINES
    return space[start : start + size].view(dtype).reshape(shape)


class _Register(types.Type):  # type: ignore[misc]
    """numba's type of a register, which its functions pass on without looking inside."""

    def __init__(self) -> None:
        super().__init__(name=f"Register{LANES}")


_register = _Register()


@register_model(_Register)
class _RegisterModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _REGISTER)


def _pointer(builder: Any, address: Any, kind: Any = _REGISTER) -> Any:
    """Return an address, an integer, as LLVM's pointer to a ``kind``."""
    return builder.inttoptr(address, kind.as_pointer())


def _filled(builder: Any, value: Any) -> Any:
    """Return a register whose floats are all ``value``: the processor copies the first lane to all others."""
    nothing = ir.Constant(_REGISTER, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_I32, 0))
    return _pick(builder, first, nothing, [0] * LANES)


def _pick(builder: Any, a: Any, b: Any, lanes: Sequence[int]) -> Any:
    """Return a register of some lanes of two registers: lane 0 is the first of ``a``, lane `LANES` that of ``b``."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_I32, len(lanes)), list(lanes)))


@intrinsic  # type: ignore[untyped-decorator]
def load(typingctx: Any, address: Any) -> Any:
    """Return the `LANES` floats at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(builder, args[0]), align=4)

    return _register(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def spread(typingctx: Any, address: Any) -> Any:
    """Return a register whose floats are all the one at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _filled(builder, builder.load(_pointer(builder, args[0], ir.FloatType()), align=4))

    return _register(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def store(typingctx: Any, address: Any, register: Any) -> Any:
    """Put the floats of a register at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[1], _pointer(builder, args[0]), align=4)
        return context.get_dummy_value()

    return types.void(types.int64, _register), generate


def _loading(kind: Any, number: Any) -> Any:
    """Return a function that takes an integer from an address."""

    @intrinsic  # type: ignore[untyped-decorator]
    def load_integer(typingctx: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.load(_pointer(builder, args[0], kind), align=4)

        return number(types.int64), generate

    return load_integer


def _storing(kind: Any, number: Any) -> Any:
    """Return a function that puts a number at an address."""

    @intrinsic  # type: ignore[untyped-decorator]
    def store_number(typingctx: Any, address: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            builder.store(args[1], _pointer(builder, args[0], kind), align=4)
            return context.get_dummy_value()

        return types.void(types.int64, number), generate

    return store_number


load_int32 = _loading(_I32, types.int32)
"""Return the int32 at an address."""

load_uint64 = _loading(_I64, types.uint64)
"""Return the uint64 at an address."""

load_int64 = _loading(_I64, types.int64)
"""Return the int64 at an address."""

store_uint64 = _storing(_I64, types.uint64)
"""Put a uint64 at an address."""

store_int64 = _storing(_I64, types.int64)
"""Put an int64 at an address."""

store_float32 = _storing(ir.FloatType(), types.float32)
"""Put a float32 at an address."""


@intrinsic  # type: ignore[untyped-decorator]
def zeros(typingctx: Any) -> Any:
    """Return a register of zeros."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return ir.Constant(_REGISTER, [0.0] * LANES)

    return _register(), generate


@intrinsic  # type: ignore[untyped-decorator]
def filled(typingctx: Any, value: Any) -> Any:
    """Return a register whose floats are all ``value``, a float32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _filled(builder, args[0])

    return _register(types.float32), generate


def _of_two(emit: Callable[[Any, Any, Any], Any]) -> Any:
    """Return an operation on two registers, float by float. ``emit`` makes LLVM's instruction of it."""

    @intrinsic  # type: ignore[untyped-decorator]
    def operation(typingctx: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return emit(builder, *args)

        return _register(_register, _register), generate

    return operation


add = _of_two(lambda builder, a, b: builder.fadd(a, b))
"""Return ``a + b``."""

subtract = _of_two(lambda builder, a, b: builder.fsub(a, b))
"""Return ``a - b``."""

multiply = _of_two(lambda builder, a, b: builder.fmul(a, b))
"""Return ``a * b``."""

divide = _of_two(lambda builder, a, b: builder.fdiv(a, b))
"""Return ``a / b``."""

minimum = _of_two(lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), a, b))
"""Return the lower ones of ``a`` and ``b``."""

maximum = _of_two(lambda builder, a, b: builder.select(builder.fcmp_ordered(">", a, b), a, b))
"""Return the higher ones of ``a`` and ``b``."""


@intrinsic  # type: ignore[untyped-decorator]
def fma(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    """Return ``a * b + c``, rounded once."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(_REGISTER, [_REGISTER] * 3)
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32"), args)

    return _register(_register, _register, _register), generate


@intrinsic  # type: ignore[untyped-decorator]
def store_sums(typingctx: Any, address: Any, registers: Any) -> Any:
    """Put the sums of twelve registers at an address: of six and two zeros, then of the other six and two zeros."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # Two registers fold into one that has half as many partial sums of each: of 16 registers of 16 floats, 15 such
        # steps make all sums, where each by itself would take 4.
        none = ir.Constant(_REGISTER, [0.0] * LANES)
        given = cgutils.unpack_tuple(builder, args[1])
        rows = [*given[:6], none, none, *given[6:], none, none]
        width = LANES
        while width > 1:
            width //= 2
            low = [first + lane for first in range(0, 2 * LANES, 2 * width) for lane in range(width)]
            high = [lane + width for lane in low]
            pairs = zip(rows[::2], rows[1::2], strict=True)
            rows = [builder.fadd(_pick(builder, a, b, low), _pick(builder, a, b, high)) for a, b in pairs]
        for i, sums in enumerate(rows):
            place = builder.add(args[0], args[0].type(i * BYTES))
            builder.store(sums, _pointer(builder, place), align=4)
        return context.get_dummy_value()

    return types.void(types.int64, types.UniTuple(_register, 12)), generate


@intrinsic  # type: ignore[untyped-decorator]
def load_pairs(typingctx: Any, pairs: Any, places: Any) -> Any:
    """Return two registers, of the first and of the second floats of `LANES` pairs.

    ``pairs`` is the address of an array of pairs, ``places`` that of int32, which say which pairs. A pair is loaded as
    a whole, since the instruction that collects floats from anywhere is slower on many processors.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.Constant(ir.VectorType(_I64, LANES), ir.Undefined)
        for i in range(LANES):
            place = builder.load(_pointer(builder, builder.add(args[1], _I64(4 * i)), _I32), align=4)
            address = builder.add(args[0], builder.shl(builder.zext(place, _I64), _I64(3)))
            wide = builder.insert_element(wide, builder.load(_pointer(builder, address, _I64), align=4), _I32(i))
        both = builder.bitcast(wide, ir.VectorType(ir.FloatType(), 2 * LANES))
        none = ir.Constant(both.type, ir.Undefined)
        registers = [_pick(builder, both, none, range(which, 2 * LANES, 2)) for which in range(2)]
        return context.make_tuple(builder, signature.return_type, registers)

    return types.UniTuple(_register, 2)(types.int64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def sum_lanes(typingctx: Any, register: Any) -> Any:
    """Return the sum of the floats of a register, a float32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        half, rest = LANES, args[0]
        while half > 1:
            half //= 2
            low, high = range(half), range(half, 2 * half)
            rest = builder.fadd(_pick(builder, rest, rest, low), _pick(builder, rest, rest, high))
        return builder.extract_element(rest, _I32(0))

    return types.float32(_register), generate


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(typingctx: Any, address: Any) -> Any:
    """Begin to fetch the line of the cache at an address from memory, to be read and written soon.

    The processor goes on meanwhile. An address that is not in memory does no harm.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [_BYTES, _I32, _I32, _I32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [builder.inttoptr(args[0], _BYTES), _I32(1), _I32(3), _I32(1)])
        return context.get_dummy_value()

    return types.void(types.int64), generate
