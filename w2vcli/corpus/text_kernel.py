"""The walk over a text, compiled: from UTF-8 to token ids and the places of sentence ends.

What a token is, and what ends a sentence, is in tables (see `w2vcli.corpus.machines`). The loop looks up the class of
each character, and in the row of its state what to do there. A token is then looked up in a table of words by a hash of
its bytes, eight at a time. So nothing is allocated for a token.

It is written in LLVM's own instructions, like the other loops: numba would take half a second to import.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from w2vcli.machine_code import Compiled, compile_function

# What a step of the walk does, besides going to the row in its lower 16 bits.
EMIT, BREAK, START, SAVE, DIRTY, FINISH, HALT = (1 << bit for bit in range(16, 23))
ROW_BITS = 16
# Why the walk stopped: at its end, at a token with characters that are left out, where there is no room for a new word,
# at a character of no class.
DONE, ODD_TOKEN, NO_ROOM, NO_CLASS = range(4)
END_OF_PIECE = 31
"""The class of what stands behind the last character of a piece."""

# The walk's own numbers, in which it goes on where it stopped. Addresses are integers.
WALK = (
    *("at", "piece", "row", "word", "word_end", "dirty", "characters", "ids", "ends", "pieces", "piece_table"),
    *("ends_by_piece", "classes", "steps", "id_table", "end_table", "place_table", "words"),
)
# A piece is the address behind its last byte, the row it begins in, and whether the text ends with it.
PIECE = 3
# The numbers of a table of words. Word ``i`` is in ``text`` from ``starts[i]`` to the newline before ``starts[i + 1]``.
# A slot is 0, or the upper half of a hash with the id + 1.
WORDS = ("slots", "mask", "starts", "text", "count", "most", "most_bytes", "seed", "factor")

# Eight bytes are read at once, so there is room for seven behind every text.
ROOM_BEHIND = 8

Values = Sequence[Any]


def load_text_kernel() -> Compiled | None:
    """Return the compiled walk, called with the address of its numbers. None where LLVM cannot be loaded."""
    try:
        return text_kernel() if sys.byteorder == "little" else None
    except (ImportError, OSError, RuntimeError):
        return None


@cache
def text_kernel() -> Compiled:
    """Return the compiled walk where it can be loaded."""
    return compile_function(_Walk().module, "walk", 1)


class _Emitter:
    """Emits instructions of one function after the other into a module. All values are 64-bit integers."""

    def __init__(self) -> None:
        from llvmlite import binding, ir

        self._ir = ir
        self._i64 = ir.IntType(64)
        self.module = ir.Module("text_kernel")
        self.module.triple = binding.get_default_triple()

    def _begin(self, name: str, arguments: int) -> Any:
        """Begin a function, and return it."""
        kind = self._ir.FunctionType(self._i64, [self._i64] * arguments)
        self._function = self._ir.Function(self.module, kind, name)
        self._b = self._ir.IRBuilder(self._block())
        return self._function

    def _block(self) -> Any:
        return self._function.append_basic_block()

    def _n(self, number: int) -> Any:
        return self._ir.Constant(self._i64, number)

    def _pointer(self, address: Any, bits: int) -> Any:
        return self._b.inttoptr(address, self._ir.IntType(bits).as_pointer())

    def _load(self, address: Any, bits: int = 64) -> Any:
        value = self._b.load(self._pointer(address, bits), align=1)
        return value if bits == 64 else self._b.zext(value, self._i64)

    def _store(self, value: Any, address: Any, bits: int = 64) -> None:
        narrow = value if bits == 64 else self._b.trunc(value, self._ir.IntType(bits))
        self._b.store(narrow, self._pointer(address, bits), align=1)

    def _item(self, address: Any, index: Any, size: int = 8) -> Any:
        """Emit the address of an item of an array."""
        return self._b.add(address, self._b.mul(index, self._n(size)))

    def _while(self, first: Values, test: Callable[[Values], Any], body: Callable[[Values], Values]) -> list[Any]:
        """Emit a loop: as long as ``test`` of the values is true, ``body`` gives the next ones."""
        b = self._b
        before, loop, inside, after = b.block, *(self._block() for _ in range(3))
        b.branch(loop)
        b.position_at_end(loop)
        values = [b.phi(self._i64) for _ in first]
        b.cbranch(test(values), inside, after)
        b.position_at_end(inside)
        following = list(body(values))
        for phi, old, new in zip(values, first, following, strict=True):
            phi.add_incoming(old, before)
            phi.add_incoming(new, b.block)
        b.branch(loop)
        b.position_at_end(after)
        return values

    def _choose(self, condition: Any, yes: Callable[[], Values], no: Callable[[], Values]) -> list[Any]:
        """Emit a choice, and return the values of the side that is taken."""
        b = self._b
        sides, after = [self._block(), self._block()], self._block()
        b.cbranch(condition, *sides)
        results, ends = [], []
        for side, emit in zip(sides, (yes, no), strict=True):
            b.position_at_end(side)
            results.append(list(emit()))
            ends.append(b.block)
            b.branch(after)
        b.position_at_end(after)
        phis = []
        for pair in zip(*results, strict=True):
            phi = b.phi(self._i64)
            for value, end in zip(pair, ends, strict=True):
                phi.add_incoming(value, end)
            phis.append(phi)
        return phis

    def _return_if(self, condition: Any, value: Any, before: Callable[[], None] = lambda: None) -> None:
        """Emit a return of ``value``, after what ``before`` emits, where ``condition`` is true."""
        b = self._b
        leave, stay = self._block(), self._block()
        b.cbranch(condition, leave, stay)
        b.position_at_end(leave)
        before()
        b.ret(value)
        b.position_at_end(stay)

    def _is(self, one: Any, other: Any) -> Any:
        return self._b.icmp_unsigned("==", one, other)

    def _has(self, value: Any, bits: int) -> Any:
        return self._b.icmp_unsigned("!=", self._b.and_(value, self._n(bits)), self._n(0))


class _Walk(_Emitter):
    """The function ``find`` from a token to its id, and the function ``walk``."""

    def __init__(self) -> None:
        super().__init__()
        self._find = self._begin("find", 3)
        self._find.linkage = "internal"
        self._emit_find(*self._find.args)
        self._begin("walk", 1)
        self._emit_walk(self._function.args[0])

    def _word(self, table: Any, name: str) -> Any:
        """Emit the address of a number of a table of words."""
        return self._b.add(table, self._n(8 * WORDS.index(name)))

    def _emit_find(self, table: Any, start: Any, length: Any) -> None:
        """Emit the search for the word of ``length`` bytes at ``start``: its id, or -1 where a new one has no room."""
        b = self._b
        get = {name: self._load(self._word(table, name)) for name in WORDS}
        found = self._hash(start, length, get["seed"], get["factor"])
        tag = b.lshr(found, self._n(32))

        def is_other(values: Values) -> Any:
            slot = self._load(self._item(get["slots"], values[0]))
            is_free = self._is(slot, self._n(0))

            def compared() -> Values:
                number = b.sub(b.and_(slot, self._n(0xFFFFFFFF)), self._n(1))
                begin = self._load(self._item(get["starts"], number))
                end = self._load(self._item(get["starts"], b.add(number, self._n(1))))
                same_length = self._is(b.sub(end, begin), b.add(length, self._n(1)))

                def by_bytes() -> Values:
                    same = self._is_same(b.add(get["text"], begin), start, length)
                    self._return_if(same, number)
                    return [self._n(1)]

                return self._choose(same_length, by_bytes, lambda: [self._n(1)])

            def taken() -> Values:
                return self._choose(self._is(b.lshr(slot, self._n(32)), tag), compared, lambda: [self._n(1)])

            [is_taken] = self._choose(is_free, lambda: [self._n(0)], taken)
            return self._is(is_taken, self._n(1))

        def following(values: Values) -> Values:
            return [b.and_(b.add(values[0], self._n(1)), get["mask"])]

        [place] = self._while([b.and_(found, get["mask"])], is_other, following)
        number, begin = get["count"], self._load(self._item(get["starts"], get["count"]))
        end = b.add(b.add(begin, length), self._n(1))
        has_room = b.and_(b.icmp_unsigned("<", number, get["most"]), b.icmp_unsigned("<=", end, get["most_bytes"]))
        self._return_if(b.not_(has_room), self._n(-1))
        self._copy(start, b.add(get["text"], begin), length)
        self._store(self._n(ord("\n")), b.sub(b.add(get["text"], end), self._n(1)), 8)
        following_number = b.add(number, self._n(1))
        self._store(end, self._item(get["starts"], following_number))
        self._store(b.or_(b.shl(tag, self._n(32)), following_number), self._item(get["slots"], place))
        self._store(following_number, self._word(table, "count"))
        b.ret(number)

    def _eights(self, start: Any, length: Any, first: Any, body: Callable[[Any, Any], Any]) -> tuple[Any, Any, Any]:
        """Emit ``body`` of the offsets of whole eights of bytes but the last. Return the last offset and its mask, too.

        ``body`` takes an offset and the value of the one before. The last one has 1 to 8 bytes.
        """
        b = self._b

        def more(values: Values) -> Any:
            return b.icmp_unsigned("<", b.add(values[0], self._n(8)), length)

        def step(values: Values) -> Values:
            return [b.add(values[0], self._n(8)), body(values[0], values[1])]

        offset, value = self._while([self._n(0), first], more, step)
        left = b.sub(length, offset)
        mask = b.lshr(self._n(-1), b.sub(self._n(64), b.mul(left, self._n(8))))
        return offset, mask, value

    def _hash(self, start: Any, length: Any, seed: Any, factor: Any) -> Any:
        b = self._b

        def mixed(value: Any, more: Any) -> Any:
            product = b.mul(b.xor(value, more), factor)
            return b.xor(product, b.lshr(product, self._n(32)))

        offset, mask, value = self._eights(
            start, length, b.xor(seed, length), lambda at, old: mixed(old, self._load(b.add(start, at)))
        )
        return b.mul(mixed(value, b.and_(self._load(b.add(start, offset)), mask)), factor)

    def _is_same(self, one: Any, other: Any, length: Any) -> Any:
        b = self._b

        def differing(at: Any) -> Any:
            return b.xor(self._load(b.add(one, at)), self._load(b.add(other, at)))

        offset, mask, value = self._eights(one, length, self._n(0), lambda at, old: b.or_(old, differing(at)))
        return self._is(b.or_(value, b.and_(differing(offset), mask)), self._n(0))

    def _copy(self, start: Any, to: Any, length: Any) -> None:
        b = self._b

        def copied(values: Values) -> Values:
            self._store(self._load(b.add(start, values[0])), b.add(to, values[0]))
            return [b.add(values[0], self._n(8))]

        self._while([self._n(0)], lambda values: b.icmp_unsigned("<", values[0], length), copied)

    def _emit_walk(self, walk: Any) -> None:
        """Emit the loop over characters, and one step behind the last of each piece."""
        b = self._b
        where = {name: b.add(walk, self._n(8 * at)) for at, name in enumerate(WALK)}
        get = {name: self._load(address) for name, address in where.items()}
        moving = WALK[: WALK.index("pieces")]

        def keep(values: Values) -> Callable[[], None]:
            def emit() -> None:
                for name, value in zip(moving, values, strict=True):
                    self._store(value, where[name])

            return emit

        def step(values: Values) -> Values:
            at, piece, row, word, word_end, dirty, characters, ids, ends, piece_end = values
            kept = keep(values[:-1])
            is_end = self._is(at, piece_end)
            kind, width = self._choose(
                is_end, lambda: [self._n(END_OF_PIECE), self._n(0)], lambda: self._character(at, get["classes"])
            )
            action = self._load(self._item(get["steps"], b.add(row, kind), 4), 32)
            ids, ends, piece, begin_row, piece_end = self._choose(
                self._has(action, EMIT | BREAK | FINISH | HALT),
                lambda: self._seldom(get, action, values, kept),
                lambda: [ids, ends, piece, self._n(0), piece_end],
            )
            starts = self._has(action, START)
            behind = b.add(at, width)
            return [
                behind,
                piece,
                b.add(b.and_(action, self._n((1 << ROW_BITS) - 1)), begin_row),
                b.select(starts, at, word),
                b.select(self._has(action, SAVE), behind, word_end),
                b.or_(b.select(starts, self._n(0), dirty), b.and_(action, self._n(DIRTY))),
                b.add(characters, b.select(is_end, self._n(0), self._n(1))),
                ids,
                ends,
                piece_end,
            ]

        first = [get[name] for name in moving]
        piece_end = self._load(self._item(get["piece_table"], get["piece"], 8 * PIECE))
        last = self._while([*first, piece_end], lambda values: b.icmp_unsigned("<", values[1], get["pieces"]), step)
        keep(last[:-1])()
        b.ret(self._n(DONE))

    def _character(self, at: Any, classes: Any) -> Values:
        """Emit the class of the character at an address, and how many bytes it has."""
        b = self._b
        first = self._load(at, 8)

        def bits(offset: int) -> Any:
            return b.and_(self._load(b.add(at, self._n(offset)), 8), self._n(0x3F))

        def joined(value: Any, offset: int) -> Any:
            return b.or_(b.shl(value, self._n(6)), bits(offset))

        def three_or_four() -> Values:
            three = joined(joined(b.and_(first, self._n(0x0F)), 1), 2)
            return self._choose(
                b.icmp_unsigned("<", first, self._n(0xF0)),
                lambda: [three, self._n(3)],
                lambda: [joined(joined(joined(b.and_(first, self._n(0x07)), 1), 2), 3), self._n(4)],
            )

        def several() -> Values:
            return self._choose(
                b.icmp_unsigned("<", first, self._n(0xE0)),
                lambda: [joined(b.and_(first, self._n(0x1F)), 1), self._n(2)],
                three_or_four,
            )

        point, width = self._choose(b.icmp_unsigned("<", first, self._n(0x80)), lambda: [first, self._n(1)], several)
        return [self._load(b.add(classes, point), 8), width]

    def _seldom(self, get: dict[str, Any], action: Any, values: Values, kept: Callable[[], None]) -> Values:
        """Emit what is not done at each character: the end of a token, of a sentence, of a piece."""
        b = self._b
        _, piece, _, word, word_end, dirty, characters, ids, ends, piece_end = values
        self._return_if(self._has(action, HALT), self._n(NO_CLASS), kept)

        def token() -> Values:
            self._return_if(b.icmp_unsigned("!=", dirty, self._n(0)), self._n(ODD_TOKEN), kept)
            number = b.call(self._find, [get["words"], word, b.sub(word_end, word)])
            self._return_if(self._is(number, self._n(-1)), self._n(NO_ROOM), kept)
            self._store(number, self._item(get["id_table"], ids, 4), 32)
            return [b.add(ids, self._n(1))]

        [ids] = self._choose(self._has(action, EMIT), token, lambda: [ids])

        def sentence(ends: Any) -> Any:
            self._store(ids, self._item(get["end_table"], ends))
            self._store(characters, self._item(get["place_table"], ends))
            return b.add(ends, self._n(1))

        [ends] = self._choose(self._has(action, BREAK), lambda: [sentence(ends)], lambda: [ends])

        def finished() -> Values:
            facts = self._item(get["piece_table"], piece, 8 * PIECE)
            is_last = self._load(b.add(facts, self._n(16)))
            [ended] = self._choose(self._is(is_last, self._n(1)), lambda: [sentence(ends)], lambda: [ends])
            self._store(ended, self._item(get["ends_by_piece"], piece))
            # The table has one piece more, whose row is not used.
            row = self._load(b.add(facts, self._n(8 * PIECE + 8)))
            end = self._load(b.add(facts, self._n(8 * PIECE)))
            return [ended, b.add(piece, self._n(1)), row, end]

        ends, piece, row, piece_end = self._choose(
            self._has(action, FINISH), finished, lambda: [ends, piece, self._n(0), piece_end]
        )
        return [ids, ends, piece, row, piece_end]
