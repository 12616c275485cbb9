from __future__ import annotations

import random
import struct
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import require
from w2vcli.errors import DamagedInput
from w2vcli.inputs import open_input
from w2vcli.models.formats import text_rows
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.number_kernel import NumberKernel, load_number_kernel

USUAL = [
    *("0", "-0", "+0.0", "0e5", "-0e-60", "1", "1.", ".5", "-.5", "+1.5", "1.e5", "007", "1e5", "1E+05", "1e-05"),
    *("123456789012345678", "1234567890123456789012345", "0.1", "0.10000000149011612", "3.14159265358979323846"),
    *("0.000000000000000000000000001234567890123456789", "1" + "0" * 30 + "e-30", "1e-37", "1e38"),
    *("9" * 40 + "e-40", "0." + "9" * 30, "16777217.5e0", "00000000000000000000000001"),
]
HARD = [
    *("1e-38", "1e-45", "7e-46", "8e-46", "-1e-46", "1e-400", "1.1754943508222875e-38", "1.17549429e-38", "1e39"),
    *("3.4028234663852886e38", "3.4028235677973366e38", "3.4028235677973365e38", "1e400", "inf", "-inf", "Infinity"),
    *("nan", "NaN", "-nan", "16777217", "33554434", "1.00000005960464477539062", "1.00000005960464477539063", "1e0065"),
    *("1.000000059604644775390625", "1.0000000596046447753906250000000000000000000000001", "0." + "0" * 70 + "1"),
    *("1e-99999999999999999999", "0e99999999999999999999", "-0e-400", "1" + "0" * 60, "-1e64", "1e-64"),
]
NO_NUMBERS = [
    "x",
    "1x",
    "1e",
    "1e+",
    "e5",
    ".",
    "-",
    "+",
    "+-1",
    "1.2.3",
    "0x10",
    "1_0",
    "1,5",
    "1\u00a0",
    "--1",
    "1d5",
]


@pytest.fixture(scope="module")
def kernel() -> NumberKernel:
    require("llvmlite")
    found = load_number_kernel()
    assert found is not None
    return found


def float32s(numbers: list[str]) -> npt.NDArray[np.float32]:
    """Return what Python and numpy make of the numbers: float64 first, and float32 of that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.array([float(number) for number in numbers], dtype=np.float64).astype(np.float32)


def near_middles(count: int) -> list[str]:
    """Return numbers in and around the middle between two float32s, with digits of all lengths."""
    rng = random.Random(0)
    found: list[str] = []
    while len(found) < count:
        below = struct.unpack("<f", struct.pack("<I", rng.randrange(1, 0x7F7FFFFE)))[0]
        above = float(np.nextafter(np.float32(below), np.float32(np.inf)))
        middle = (below + above) / 2  # float64 has it without an error
        around = middle + rng.randrange(-12, 13) * float(np.spacing(middle))
        exact = (
            Fraction(around) + rng.choice([-1, 0, 1]) * Fraction(float(np.spacing(around))) * rng.randrange(100) / 99
        )
        power = rng.randrange(8, 40) - int(np.floor(np.log10(around)))
        whole = exact * Fraction(10) ** power
        found.append(f"{round(whole)}e{-power}" if rng.random() < 0.5 else f"{around!r}")
    return found


def test_sure_numbers_are_those_of_float64_rounded_to_float32(kernel: NumberKernel) -> None:
    rng = random.Random(1)
    signs = ["", "+", "-"]
    wholes = [rng.randrange(10 ** rng.randrange(25)) for _ in range(5000)]
    mixed = [f"{rng.choice(signs)}{whole}e{rng.randrange(-70, 70)}" for whole in wholes]
    bits = np.random.default_rng(2).integers(0, 1 << 32, 5000, dtype=np.uint32).view(np.float32)
    short = [f"{value}" for value in bits if np.isfinite(value)]
    long = [repr(float(value)) for value in bits if np.isfinite(value)]
    numbers = [*USUAL, *HARD, *mixed, *near_middles(5000), *short, *long]
    found = kernel.parse([number.encode() for number in numbers], 1, b" ")
    assert found is not None
    values, unsure = found
    sure = np.setdiff1d(np.arange(len(numbers)), unsure)
    assert values[sure, 0].tobytes() == float32s(numbers)[sure].tobytes()
    assert set(range(len(USUAL), len(USUAL) + len(HARD))) <= set(unsure.tolist())
    assert not set(range(len(USUAL))) & set(unsure.tolist())


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_not_sure(kernel: NumberKernel, number: str) -> None:
    found = kernel.parse([f"1 {number}".encode(), b"2 3"], 2, b" ")
    assert found is not None
    assert found[1].tolist() == [0]


@pytest.mark.parametrize(
    "row", [b"", b"1", b"1 ", b" 1", b"1 2 3", b"1  2", b"1\t2", b"1 2 ", b"1 \x002", b"x y\r", b"1 2\r"]
)
def test_rows_that_are_not_plain_are_refused(kernel: NumberKernel, row: bytes) -> None:
    assert kernel.parse([b"1 2", row, b"3 4"], 2, b" ") is None
    assert kernel.parse([b"1 2", row], 2, b" ") is None


def test_tabs_may_separate(kernel: NumberKernel) -> None:
    found = kernel.parse([b"1\t-2.5"], 2, b"\t")
    assert found is not None
    assert found[0].tolist() == [[1, -2.5]]


FIELDS = st.one_of(
    st.sampled_from([*USUAL, *HARD, *NO_NUMBERS, "", "\t", "1\t2", "\r", "\x0b", "new york"]),
    st.floats().map(repr),
    st.text("0123456789.eE+-", max_size=8),
)
PLAIN = st.one_of(st.sampled_from([*USUAL, *HARD]), st.floats().map(repr))
ROWS = st.one_of(*(st.lists(fields, min_size=2, max_size=2) for fields in (PLAIN, PLAIN, PLAIN, FIELDS)))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "소녀", "1", "new york", "x\u00a0y", "a\tb", ""]), ROWS), max_size=6),
    st.sampled_from(["\n", "\r\n", " \n", "\t\n"]),
    st.sampled_from([(True, " "), (False, "\t"), (False, " ")]),
    st.booleans(),
    st.integers(0, 6),
)
def test_compiled_or_not_the_same_rows_or_errors_are_told(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, list[str]]],
    end: str,
    kind: tuple[bool, str],
    skip: bool,
    promised: int,
) -> None:
    require("llvmlite")
    has_words, separator = kind
    lines = [(f"{word} " if has_words else "") + separator.join(fields) for word, fields in rows]
    path = tmp_path_factory.mktemp("f") / "f"
    path.write_bytes("".join(line + end for line in lines).encode())

    def told(is_long: bool) -> list[object]:
        found: list[object] = []
        with open_input(path) as file:
            reader = text_rows.TextRows(file, ReadOptions(skip_bad_rows=skip), 2, promised or None, has_words=has_words)
            reader._is_long = is_long
            try:
                for block in reader:
                    found += [block.words, block.vectors.tobytes()]
            except DamagedInput as error:
                found.append(str(error))
            return [*found, reader.notes, reader.left_out]

    assert told(is_long=True) == told(is_long=False)


def test_long_files_are_read_where_nothing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    path.write_text("".join(f"word{number} {number} 0.1\n" for number in range(50)))
    monkeypatch.setattr(text_rows, "BLOCK_BYTES", 100)
    monkeypatch.setattr(text_rows, "load_number_kernel", lambda: None)
    with open_input(path) as file:
        blocks = list(text_rows.TextRows(file, ReadOptions(), 2, None))
    assert len(blocks) > 5
    assert np.concatenate([block.vectors for block in blocks])[:, 0].tolist() == list(range(50))
