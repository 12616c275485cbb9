"""Products of many bytes, compiled: which rows may come near which questions.

A processor with VNNI has an instruction that multiplies 64 pairs of bytes and adds the products by fours to sixteen
integers. Half of the bytes have no sign, so 128 is added to each code of a question. What that adds to a product is
128 times the sum of the row's codes, with which the integers begin::

    question    3,  -5,   2,  10      row  7, -1, 0, 4      product     66
    unsigned  131, 123, 130, 138                            sum      1,346 = 66 + 128 * 10

The loop holds 24 such registers: 6 rows times 4 registers of 16 questions. Each byte that it loads is used 4 or 6
times. The products are never written. They are scaled and compared with what each question has to reach, while they are
in the registers, and only the few pairs that reach it are written.

It is written in LLVM's own instructions. numba would take half a second to import, and a tenth of it compiles this.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.machine_code import Compiled, compile_function

ROWS = 6
"""How many rows are multiplied at once."""

_REGISTERS = 4
# What emits the body of a loop: of the number of the round and the values of the round before, its values.
_Body = Callable[[Any, Sequence[Any]], list[Any]]
_LINE = 128
FOUND = np.dtype([("row", "<i4"), ("question", "<i4"), ("cosine", "<f4")])
"""A pair that reaches what it has to."""
ROW_FACTS = np.dtype([("scale", "<f4"), ("error", "<f4"), ("start", "<i4")])
"""What its codes are multiplied by, how far its cosines may be off, and what its sums begin with (`row_starts`)."""


class Packed(NamedTuple):
    """Questions in the order in which the loop reads them: tiles of codes (tiles x fours of values x questions x 4).

    ``facts`` (tiles x 2 x questions of a tile) has their scales, then what each has to reach. Those that fill the last
    tile have to reach infinity.
    """

    codes: npt.NDArray[np.uint8]
    facts: Float32s


class Kernel:
    """The compiled loop, and how many ``questions`` it multiplies at once."""

    def __init__(self, questions: int, find: Compiled) -> None:
        self.questions = questions
        self._find = find

    def pack(self, codes: npt.NDArray[np.int8], scales: Float32s) -> Packed:
        """Return the questions with ``codes`` (questions x values), none of which can be reached yet."""
        count, size = codes.shape
        tiles, fours = -(-count // self.questions), -(-size // 4)
        padded = np.zeros((tiles * self.questions, fours * 4), dtype=np.int8)
        padded[:count, :size] = codes
        packed = aligned(tiles, fours, self.questions, 4, dtype=np.uint8)
        unsigned = padded.view(np.uint8) ^ np.uint8(128)
        packed[:] = unsigned.reshape(tiles, self.questions, fours, 4).transpose(0, 2, 1, 3)
        facts = aligned(tiles, 2, self.questions, dtype=np.float32)
        facts[:, 1] = np.inf
        facts[:, 0] = _in_tiles(scales, tiles, self.questions, 0)
        return Packed(packed, facts)

    def with_least(self, packed: Packed, least: Float32s) -> Packed:
        """Return the questions with what each has to reach from now on."""
        facts = aligned(*packed.facts.shape, dtype=np.float32)
        facts[:, 0] = packed.facts[:, 0]
        facts[:, 1] = _in_tiles(least, len(facts), self.questions, np.inf)
        return Packed(packed.codes, facts)

    def find(self, rows: npt.NDArray[np.int8], facts: npt.NDArray[np.void], packed: Packed) -> npt.NDArray[np.void]:
        """Return the pairs (`FOUND`) whose cosine plus the error of the row is as high as the question has to reach.

        ``rows`` are padded as `padded_rows` does it, ``facts`` (`ROW_FACTS`) with them. A scale of NaN reaches nothing.
        """
        tiles, fours = packed.codes.shape[:2]
        capacity = 1 << 16
        while True:
            found = np.empty(capacity + 1, dtype=FOUND)  # the last takes what is too much
            addresses = (array.ctypes.data for array in (rows, facts, packed.codes, packed.facts, found))
            count = self._find.call(*addresses, len(rows) // ROWS, fours, tiles, capacity)
            if count <= capacity:
                return found[:count]
            capacity = count


def _in_tiles(values: Float32s, tiles: int, width: int, rest: float) -> Float32s:
    """Return ``values`` as tiles x ``width``, with ``rest`` where there are none."""
    filled = np.full(tiles * width, rest, dtype=np.float32)
    filled[: len(values)] = values
    return filled.reshape(tiles, width)


def aligned(*shape: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array of zeros that begins where a line of the processor's cache does."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    space = np.zeros(size + _LINE, np.uint8)
    start = -space.ctypes.data % _LINE
    return space[start : start + size].view(dtype).reshape(shape)


def padded_rows(codes: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Return rows of codes with zeros up to whole fours of values and up to a multiple of `ROWS` rows."""
    count, size = codes.shape
    rows: npt.NDArray[np.int8] = aligned(-(-count // ROWS) * ROWS, -(-size // 4) * 4, dtype=np.int8)
    rows[:count, :size] = codes
    return rows


@cache
def load_byte_kernel() -> Kernel | None:
    """Return the compiled loop, or None where the processor has no such instruction, or LLVM cannot be loaded."""
    try:
        from llvmlite import binding

        features = binding.get_host_cpu_features()
    except (ImportError, OSError, RuntimeError):
        return None
    if features.get("avx512vnni") and features.get("avx512f"):
        return _compiled(lanes=16, registers=_REGISTERS)
    if features.get("avxvnni"):  # half as many registers, half as wide
        return _compiled(lanes=8, registers=_REGISTERS // 2)
    return None


def _compiled(lanes: int, registers: int) -> Kernel:
    return Kernel(lanes * registers, compile_function(_Loop(lanes, registers).module, "find", 9))


class _Loop:
    """The loop in LLVM's instructions: over tiles of questions, in each over tiles of rows, in each over their values.

    Addresses are integers. An emitted loop ends with its values of the last round.
    """

    def __init__(self, lanes: int, registers: int) -> None:
        from llvmlite import binding, ir

        self._ir = ir
        self._lanes, self._registers = lanes, registers
        self._i32, self._i64, self._f32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
        self._integers, self._floats = ir.VectorType(self._i32, lanes), ir.VectorType(self._f32, lanes)
        self.module = ir.Module("byte_kernel")
        self.module.triple = binding.get_default_triple()
        kind = ir.FunctionType(self._integers, [self._integers] * 3)
        self._multiply = ir.Function(self.module, kind, f"llvm.x86.avx512.vpdpbusd.{32 * lanes}")
        kind = ir.FunctionType(self._i64, [self._i64, ir.IntType(1)])
        self._lowest_bit = ir.Function(self.module, kind, "llvm.cttz.i64")
        self._function = ir.Function(self.module, ir.FunctionType(self._i64, [self._i64] * 9), "find")
        self._emit()

    def _emit(self) -> None:
        rows, row_facts, codes, facts, found, row_tiles, fours, tiles, capacity = self._function.args
        self._b = b = self._ir.IRBuilder(self._function.append_basic_block())
        width = self._lanes * self._registers
        cosines = b.ptrtoint(b.alloca(self._ir.ArrayType(self._f32, ROWS * width)), self._i64)
        masks = b.ptrtoint(b.alloca(self._ir.ArrayType(self._i64, ROWS)), self._i64)
        row_bytes = b.mul(fours, self._n(4))

        def of_questions(tile: Any, count: Sequence[Any]) -> list[Any]:
            here = b.add(codes, b.mul(tile, b.mul(fours, self._n(4 * width))))
            about = b.add(facts, b.mul(tile, self._n(8 * width)))

            def of_rows(row_tile: Any, count: Sequence[Any]) -> list[Any]:
                first = b.add(rows, b.mul(row_tile, b.mul(row_bytes, self._n(ROWS))))
                of_row = b.add(row_facts, b.mul(row_tile, self._n(ROWS * ROW_FACTS.itemsize)))
                sums = self._sums(first, row_bytes, here, fours, of_row)
                values, reached = self._compared(sums, of_row, about)
                write = self._writer(row_tile, tile, found, capacity, cosines, masks)
                return [self._written_if_some(values, reached, cosines, masks, count[0], write)]

            return self._repeat(row_tiles, of_rows, count)

        [count] = self._repeat(tiles, of_questions, [self._n(0)])
        b.ret(count)

    def _sums(self, first: Any, row_bytes: Any, codes: Any, fours: Any, facts: Any) -> list[Any]:
        """Emit the products of some rows and a tile of questions: registers, row by row."""
        b = self._b
        rows = [b.add(first, b.mul(row_bytes, self._n(at))) for at in range(ROWS)]
        starts = [self._spread(self._load(facts, ROW_FACTS.itemsize * at + 8, self._i32)) for at in range(ROWS)]

        def of_four(four: Any, sums: Sequence[Any]) -> list[Any]:
            place = b.add(codes, b.mul(four, self._n(4 * self._lanes * self._registers)))
            asked = [self._load(place, 4 * self._lanes * at, self._integers) for at in range(self._registers)]
            new = []
            for at, row in enumerate(rows):
                values = self._spread(self._load(b.add(row, b.mul(four, self._n(4))), 0, self._i32))
                mine = sums[at * self._registers : (at + 1) * self._registers]
                new += [b.call(self._multiply, [old, one, values]) for old, one in zip(mine, asked, strict=True)]
            return new

        return self._repeat(fours, of_four, [start for start in starts for _ in range(self._registers)])

    def _compared(self, sums: Sequence[Any], row_facts: Any, facts: Any) -> tuple[list[Any], list[Any]]:
        """Emit the cosines, and for each row a bit for each question that it may reach."""
        b = self._b
        size = 4 * self._lanes
        scales = [self._load(facts, size * at, self._floats) for at in range(self._registers)]
        least = [self._load(facts, size * (self._registers + at), self._floats) for at in range(self._registers)]
        cosines, masks = [], []
        for at in range(ROWS):
            scale = self._spread(self._load(row_facts, ROW_FACTS.itemsize * at, self._f32))
            error = self._spread(self._load(row_facts, ROW_FACTS.itemsize * at + 4, self._f32))
            mask = self._n(0)
            for register in range(self._registers):
                whole = b.sitofp(sums[at * self._registers + register], self._floats)
                cosine = b.fmul(b.fmul(whole, scales[register]), scale)
                reached = b.fcmp_ordered(">=", b.fadd(cosine, error), least[register])
                bits = b.zext(b.bitcast(reached, self._ir.IntType(self._lanes)), self._i64)
                mask = b.or_(mask, b.shl(bits, self._n(self._lanes * register)))
                cosines.append(cosine)
            masks.append(mask)
        return cosines, masks

    def _written_if_some(
        self, values: list[Any], reached: list[Any], cosines: Any, masks: Any, count: Any, write: Callable[..., Any]
    ) -> Any:
        """Emit what writes the pairs that are reached, if there are any. Return how many there are by now."""
        b = self._b
        either = reached[0]
        for mask in reached[1:]:
            either = b.or_(either, mask)
        here, some, after = b.block, self._block(), self._block()
        b.cbranch(b.icmp_unsigned("!=", either, self._n(0)), some, after)
        b.position_at_end(some)
        for at, value in enumerate(values):
            self._store(value, cosines, 4 * self._lanes * at)
        for at, mask in enumerate(reached):
            self._store(mask, masks, 8 * at)
        [written] = self._repeat(self._n(ROWS), write, [count])
        last = b.block
        b.branch(after)
        b.position_at_end(after)
        total = b.phi(self._i64)
        total.add_incoming(count, here)
        total.add_incoming(written, last)
        return total

    def _writer(self, row_tile: Any, tile: Any, found: Any, capacity: Any, cosines: Any, masks: Any) -> _Body:
        """Return what emits the writing of one row's pairs: bit by bit, the lowest first."""
        b = self._b
        width = self._lanes * self._registers

        def write(at: Any, count: Sequence[Any]) -> list[Any]:
            before, test, body, after = b.block, self._block(), self._block(), self._block()
            mask = self._load(b.add(masks, b.mul(at, self._n(8))), 0, self._i64)
            b.branch(test)
            b.position_at_end(test)
            left, number = b.phi(self._i64), b.phi(self._i64)
            left.add_incoming(mask, before)
            number.add_incoming(count[0], before)
            b.cbranch(b.icmp_unsigned("!=", left, self._n(0)), body, after)
            b.position_at_end(body)
            bit = b.call(self._lowest_bit, [left, self._ir.IntType(1)(1)])
            cosine = self._load(b.add(cosines, b.mul(b.add(b.mul(at, self._n(width)), bit), self._n(4))), 0, self._i32)
            place = b.select(b.icmp_unsigned("<", number, capacity), number, capacity)
            record = b.add(found, b.mul(place, self._n(FOUND.itemsize)))
            self._store(b.trunc(b.add(b.mul(row_tile, self._n(ROWS)), at), self._i32), record, 0)
            self._store(b.trunc(b.add(b.mul(tile, self._n(width)), bit), self._i32), record, 4)
            self._store(cosine, record, 8)
            left.add_incoming(b.and_(left, b.sub(left, self._n(1))), b.block)
            number.add_incoming(b.add(number, self._n(1)), b.block)
            b.branch(test)
            b.position_at_end(after)
            return [number]

        return write

    def _repeat(self, times: Any, body: _Body, first: Sequence[Any]) -> list[Any]:
        """Emit ``body`` ``times`` times, at least once. It takes the round, from 0, and what the round before gave."""
        b = self._b
        before, inside, after = b.block, self._block(), self._block()
        b.branch(inside)
        b.position_at_end(inside)
        number = b.phi(self._i64)
        given = [b.phi(value.type) for value in first]
        results = list(body(number, given))
        following = b.add(number, self._n(1))
        for phi, old, new in zip([number, *given], [self._n(0), *first], [following, *results], strict=True):
            phi.add_incoming(old, before)
            phi.add_incoming(new, b.block)
        b.cbranch(b.icmp_unsigned("<", following, times), inside, after)
        b.position_at_end(after)
        return results

    def _block(self) -> Any:
        return self._function.append_basic_block()

    def _n(self, number: int) -> Any:
        return self._ir.Constant(self._i64, number)

    def _spread(self, value: Any) -> Any:
        """Emit a register whose lanes are all ``value``."""
        kind = self._ir.VectorType(value.type, self._lanes)
        nothing = self._ir.Constant(kind, self._ir.Undefined)
        first = self._b.insert_element(nothing, value, self._ir.Constant(self._i32, 0))
        lanes = self._ir.Constant(self._ir.VectorType(self._i32, self._lanes), [0] * self._lanes)
        return self._b.shuffle_vector(first, nothing, lanes)

    def _at(self, address: Any, offset: int, kind: Any) -> Any:
        return self._b.inttoptr(self._b.add(address, self._n(offset)), kind.as_pointer())

    def _load(self, address: Any, offset: int, kind: Any) -> Any:
        return self._b.load(self._at(address, offset, kind), align=4)

    def _store(self, value: Any, address: Any, offset: int) -> None:
        self._b.store(value, self._at(address, offset, value.type), align=4)
