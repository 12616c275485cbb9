"""Numbers in text, compiled: rows of decimal numbers become float32 without a call for each.

A number such as ``-0.0123e-4`` is read as a whole number of up to 18 digits and a power of ten, here 123 and -8. Their
product in float64 is off by no more than three roundings, each of half a unit in the last place. Digits beyond 18 are
left out, which moves it by less than a fifth of one. `numpy.fromstring` rounds the number to float64 without an error,
and then to float32. Both give the same float32 unless the middle between two float32s is as near as that. There the
kernel is not sure, nor is it for numbers that are no plain ones: below 2**-125, from 2**127 on, ``nan``, ``inf``. It
names the rows of such numbers, and numpy reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.machine_code import Compiled, compile_function

_MOST_TENS = 64
_TENS = np.array([float(f"1e{power}") for power in range(-_MOST_TENS, _MOST_TENS + 1)])
# A whole number below this has room for one more digit: with it, the number stays below 10**18.
_ROOM = 10**17
# float64 has 29 bits more than float32, in which the middle between two float32s is a one and zeros. How many units in
# the last place around it are left to numpy: a float64 is off by 3.1 here, and by half a one where it is rounded well.
_LOW_BITS = 1 << 29
_MARGIN = 8
_SMALLEST, _LARGEST = np.array([2.0**-125, 2.0**127]).view(np.int64).tolist()


class NumberKernel:
    """The compiled loop over rows of numbers."""

    def __init__(self, parse: Compiled) -> None:
        self._parse = parse

    def parse(self, rows: Sequence[bytes], size: int, separator: bytes) -> tuple[Float32s, npt.NDArray[np.intp]] | None:
        """Return the values (rows x size), and the numbers of the rows whose values are not sure and have to be read.

        A row has ``size`` fields with one ``separator`` between two, no newline, and no other character up to a blank.
        None is returned if one is different. What is in the fields of a row that is not sure may be no numbers.
        """
        text = b"\n".join(rows) + b"\n"
        values = np.empty((len(rows), size), dtype=np.float32)
        unsure = np.zeros(len(rows), dtype=np.uint8)
        start = np.frombuffer(text, dtype=np.uint8).ctypes.data
        done = self._parse.call(
            start, start + len(text), size, ord(separator), values.ctypes.data, unsure.ctypes.data, _TENS.ctypes.data
        )
        return (values, np.flatnonzero(unsure)) if done == len(rows) else None


@cache
def load_number_kernel() -> NumberKernel | None:
    """Return the compiled loop, or None where LLVM cannot be loaded."""
    try:
        import llvmlite.binding  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        return None
    return NumberKernel(compile_function(_Loop().module, "parse", 7))


class _Loop:
    """The loop in LLVM's instructions, over all fields. Addresses are integers.

    All loops over characters stop at a newline at the latest, and the text ends with one.
    """

    def __init__(self) -> None:
        from llvmlite import binding, ir

        self._ir = ir
        self._i8, self._i32, self._i64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
        self.module = ir.Module("number_kernel")
        self.module.triple = binding.get_default_triple()
        self._function = ir.Function(self.module, ir.FunctionType(self._i64, [self._i64] * 7), "parse")
        self._b = ir.IRBuilder(self._function.append_basic_block())
        self._emit()

    def _emit(self) -> None:
        """Emit the walk over fields: each one is stored, or its row is marked."""
        text, end, size, separator, values, unsure, tens = self._function.args
        b, before = self._b, self._b.block
        field, sure, odd, following, done = (self._block() for _ in range(5))
        b.branch(field)
        b.position_at_end(field)
        start, place, column, row = (b.phi(self._i64) for _ in range(4))
        is_last = b.icmp_unsigned("==", column, size)
        stop = b.select(is_last, self._n(ord("\n")), separator)
        at, bits, is_sure = self._number(start, stop, tens)
        b.cbranch(is_sure, sure, odd)

        b.position_at_end(sure)
        b.store(bits, b.inttoptr(place, self._i32.as_pointer()), align=4)
        b.branch(following)

        b.position_at_end(odd)
        odd_at = self._end_of_field(start, stop)
        b.store(self._i8(1), b.inttoptr(b.add(unsure, row), self._i8.as_pointer()))
        after_odd = b.block
        b.branch(following)

        b.position_at_end(following)
        last = b.phi(self._i64)
        last.add_incoming(at, sure)
        last.add_incoming(odd_at, after_odd)
        next_start = b.add(last, self._n(1))
        next_row = b.add(row, b.zext(is_last, self._i64))
        next_column = b.select(is_last, self._n(1), b.add(column, self._n(1)))
        rounds = [
            (start, text, next_start),
            (place, values, b.add(place, self._n(4))),
            (column, self._n(1), next_column),
            (row, self._n(0), next_row),
        ]
        for phi, first, new in rounds:
            phi.add_incoming(first, before)
            phi.add_incoming(new, following)
        b.cbranch(b.icmp_unsigned("<", next_start, end), field, done)
        b.position_at_end(done)
        b.ret(next_row)

    def _number(self, start: Any, stop: Any, tens: Any) -> tuple[Any, Any, Any]:
        """Emit the reading of a number: where it ends, the bits of its float32, and whether they are sure."""
        b = self._b
        first = self._character(start)
        is_negative = self._is(first, "-")
        whole = b.add(start, b.zext(b.or_(is_negative, self._is(first, "+")), self._i64))
        point, digits, power = self._digits(whole, self._n(0), self._n(0), kept=0, left_out=1)
        behind = b.add(point, b.zext(self._is(self._character(point), "."), self._i64))
        # Without a point there are no digits behind it: what follows the first digits is none.
        at, digits, power = self._digits(behind, digits, power, kept=-1, left_out=0)
        has_digits = b.icmp_unsigned("!=", b.add(b.sub(point, whole), b.sub(at, behind)), self._n(0))
        at, power, has_exponent = self._exponent(at, power)
        is_sure = b.and_(b.and_(has_digits, has_exponent), b.icmp_unsigned("==", self._character(at), stop))
        bits, is_near = self._product(digits, power, tens)
        sign = b.shl(b.zext(is_negative, self._i32), self._i32(31))
        return at, b.or_(bits, sign), b.and_(is_sure, is_near)

    def _digits(self, start: Any, number: Any, power: Any, *, kept: int, left_out: int) -> tuple[Any, Any, Any]:
        """Emit the reading of digits: where they end, the number with them, and its power of ten.

        A digit that is kept adds ``kept`` to the power, and one for which there is no room ``left_out``.
        """
        b = self._b
        before, loop, after = b.block, self._block(), self._block()
        b.branch(loop)
        b.position_at_end(loop)
        phis = [b.phi(self._i64) for _ in range(3)]
        digit = b.sub(self._character(phis[0]), self._n(ord("0")))
        has_room = b.icmp_unsigned("<", phis[1], self._n(_ROOM))
        longer = b.select(has_room, b.add(b.mul(phis[1], self._n(10)), digit), phis[1])
        moved = b.add(phis[2], b.select(has_room, self._n(kept), self._n(left_out)))
        for phi, first, new in zip(
            phis, [start, number, power], [b.add(phis[0], self._n(1)), longer, moved], strict=True
        ):
            phi.add_incoming(first, before)
            phi.add_incoming(new, loop)
        b.cbranch(b.icmp_unsigned("<", digit, self._n(10)), loop, after)
        b.position_at_end(after)
        return phis[0], phis[1], phis[2]

    def _exponent(self, start: Any, power: Any) -> tuple[Any, Any, Any]:
        """Emit the reading of an exponent, if there is one: its end, the power with it, and whether it is whole."""
        b = self._b
        before, found, after = b.block, self._block(), self._block()
        b.cbranch(self._is(b.or_(self._character(start), self._n(32)), "e"), found, after)
        b.position_at_end(found)
        sign = b.add(start, self._n(1))
        is_negative = self._is(self._character(sign), "-")
        first = b.add(sign, b.zext(b.or_(is_negative, self._is(self._character(sign), "+")), self._i64))
        last, number, _ = self._digits(first, self._n(0), self._n(0), kept=0, left_out=0)
        moved = b.add(power, b.select(is_negative, b.neg(number), number))
        is_whole = b.icmp_unsigned("!=", last, first)
        inside = b.block
        b.branch(after)
        b.position_at_end(after)
        results = []
        for without, given in [(start, last), (power, moved), (self._ir.IntType(1)(1), is_whole)]:
            phi = b.phi(given.type)
            phi.add_incoming(without, before)
            phi.add_incoming(given, inside)
            results.append(phi)
        return results[0], results[1], results[2]

    def _product(self, digits: Any, power: Any, tens: Any) -> tuple[Any, Any]:
        """Emit the bits of the float32 of ``digits`` times ten to the ``power``, and whether they are sure."""
        b, double = self._b, self._ir.DoubleType()
        index = b.add(power, self._n(_MOST_TENS))
        in_table = b.icmp_unsigned("<", index, self._n(len(_TENS)))
        place = b.add(tens, b.mul(b.select(in_table, index, self._n(0)), self._n(8)))
        ten = b.load(b.inttoptr(place, double.as_pointer()), align=8)
        product = b.fmul(b.sitofp(digits, double), ten)
        bits = b.bitcast(product, self._i64)
        in_range = b.icmp_unsigned("<", b.sub(bits, self._n(_SMALLEST)), self._n(_LARGEST - _SMALLEST))
        from_middle = b.and_(b.sub(bits, self._n(_LOW_BITS // 2 - _MARGIN)), self._n(_LOW_BITS - 1))
        is_sure = b.and_(in_range, b.icmp_unsigned(">", from_middle, self._n(2 * _MARGIN)))
        is_zero = b.icmp_unsigned("==", digits, self._n(0))
        float32 = b.bitcast(b.fptrunc(product, self._ir.FloatType()), self._i32)
        return float32, b.and_(in_table, b.or_(is_sure, is_zero))

    def _end_of_field(self, start: Any, stop: Any) -> Any:
        """Emit the search for the end of a field. Where that is not ``stop``, or the field is empty, -1 is returned."""
        b = self._b
        before, loop, after, wrong, right = b.block, *(self._block() for _ in range(4))
        b.branch(loop)
        b.position_at_end(loop)
        at = b.phi(self._i64)
        at.add_incoming(start, before)
        at.add_incoming(b.add(at, self._n(1)), loop)
        character = self._character(at)
        b.cbranch(b.icmp_unsigned(">", character, self._n(ord(" "))), loop, after)
        b.position_at_end(after)
        is_right = b.and_(b.icmp_unsigned("==", character, stop), b.icmp_unsigned("!=", at, start))
        b.cbranch(is_right, right, wrong)
        b.position_at_end(wrong)
        b.ret(self._n(-1))
        b.position_at_end(right)
        return at

    def _block(self) -> Any:
        return self._function.append_basic_block()

    def _n(self, number: int) -> Any:
        return self._ir.Constant(self._i64, number)

    def _character(self, address: Any) -> Any:
        return self._b.zext(self._b.load(self._b.inttoptr(address, self._i8.as_pointer())), self._i64)

    def _is(self, character: Any, wanted: str) -> Any:
        return self._b.icmp_unsigned("==", character, self._n(ord(wanted)))
