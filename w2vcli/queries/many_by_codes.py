"""Many questions in one pass over the compact codes of all rows, where the processor multiplies bytes.

This is the pass of `w2vcli.queries.scan` over the codes, with the questions rounded to eight bits as well. Let r be a
row of length 1 and u a question. r' and u' are what their codes say, and by Cauchy and Schwarz::

    |u·r - u'·r'|  =  |u·(r - r') + (u - u')·r'|  <=  error(r) + error(u) * (1 + error(r))

In 300 dimensions each error is about 0.007, so an interval is 0.03 wide. Of three million rows that leaves some dozens
for a question, and their exact scores decide.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.models.codes import Codes, joined, quantize
from w2vcli.queries.byte_kernel import ROW_FACTS, ROWS, Kernel, load_byte_kernel, padded_rows
from w2vcli.queries.candidates import Candidates, Shortlist
from w2vcli.queries.row_blocks import Rows, in_threads
from w2vcli.queries.scores import ROUNDING, Scores

# Rows that stay in a processor's cache of the second level while all questions pass over them.
_BLOCK_BYTES = 1 << 19
_QUESTIONS_AT_ONCE = 1 << 14
# Rows that give all questions their first thresholds, and for how many questions at once.
_FIRST_ROWS = 1 << 11
_CHUNK = 256
# With fewer products than these, compiling costs more than is gained.
_FEWEST_PRODUCTS = 1e10
# With more results than these, few rows are ruled out, and all rows would be a better sample for thresholds.
_MOST_RESULTS = _FIRST_ROWS // 16
# Sums of more products of bytes than these may be no int32.
_LARGEST_SIZE = 1 << 15
# Roundings of a cosine and its interval in float32, besides those that the errors of a row hold.
_ROUNDINGS = 8


def kernel_for(codes: Codes | None, questions: int, topn: int, among: range) -> Kernel | None:
    """Return what multiplies bytes, or None where that is not to be had, or would not be faster."""
    if (
        codes is None
        or topn > _MOST_RESULTS
        or codes.size > _LARGEST_SIZE
        or questions * len(among) * codes.size < _FEWEST_PRODUCTS
    ):
        return None
    return load_byte_kernel()


def left_of_many(
    kernel: Kernel, codes: Codes, targets: Floats, left_out: Sequence[Sequence[int]], topn: int, among: range
) -> list[Rows]:
    """Return for each of ``targets`` (unit vectors) the rows ``among`` that are not ruled out.

    The ``topn`` rows nearest to it are among them, not counting those that the question leaves out.
    """
    rows: list[Rows] = []
    for first in range(0, len(targets), _QUESTIONS_AT_ONCE):
        some = slice(first, first + _QUESTIONS_AT_ONCE)
        rows += _Pass(kernel, codes, targets[some], left_out[some], topn, among).rows()
    return rows


class _Pass:
    """One pass over the rows ``among``."""

    def __init__(
        self, kernel: Kernel, codes: Codes, targets: Floats, left_out: Sequence[Sequence[int]], topn: int, among: range
    ) -> None:
        self._kernel, self._all, self._topn, self._among = kernel, codes, topn, among
        self._step = max(1, _BLOCK_BYTES // (codes.size * ROWS)) * ROWS
        asked = quantize(targets.astype(np.float32))
        self._codes = asked.codes
        self._scales = np.nan_to_num(asked.scales)  # a target of zeros is at right angles to all
        rest = targets - self._scales[:, None].astype(np.float64) * asked.codes
        self._errors = (np.linalg.norm(rest, axis=1) + _ROUNDINGS * ROUNDING).astype(np.float32)
        self._packed = kernel.pack(asked.codes, self._scales)
        pairs = [at * among.stop + row for at, rows in enumerate(left_out) for row in rows if row in among]
        self._left_out = np.unique(np.array(pairs, dtype=np.int64))
        self._shortlist = Shortlist(len(targets), topn)
        self._of_thread = threading.local()

    def rows(self) -> list[Rows]:
        """Return the rows that are left for each question."""
        in_threads(self._require_first, range(0, len(self._codes), _CHUNK))
        starts = range(self._among.start, self._among.stop, self._step)
        in_threads(lambda start: self._find(start, min(start + self._step, self._among.stop)), starts)
        return self._shortlist.rows()

    def _require_first(self, first: int) -> None:
        """Give some questions the thresholds that some rows show, so that few pairs are found from then on."""
        import numkong

        some = slice(first, first + _CHUNK)
        sample = np.linspace(0, len(self._among), min(len(self._among), _FIRST_ROWS), endpoint=False)
        rows = sample.astype(np.int64) + self._among.start
        if len(rows) < self._topn:
            return
        packed = numkong.dots_pack(self._codes[some], "int8")
        codes = joined(self._all.upper.mapped[rows], self._all.lower.mapped[rows], self._all.size)
        dots = np.asarray(numkong.dots_packed(codes, packed)).T.astype(np.float32)
        lows = dots * self._scales[some, None] * self._all.scales[rows] - self._row_errors(rows)
        lows[np.isnan(lows)] = -np.inf  # of rows without direction
        lows[np.isin((np.arange(len(dots)) + first)[:, None] * self._among.stop + rows, self._left_out)] = -np.inf
        best = np.partition(lows, len(rows) - self._topn, axis=1)[:, -self._topn]
        thresholds = np.full(len(self._codes), -np.inf, dtype=np.float32)
        thresholds[some] = best - self._errors[some]
        self._shortlist.require(thresholds)

    def _row_errors(self, rows: slice | Rows) -> Scores:
        """Return how far cosines may be off because of the rows. What a question's codes leave out comes on top."""
        errors: Scores = self._all.errors[rows] * (1 + self._errors.max())
        return errors

    def _padded_codes(self, start: int, end: int) -> npt.NDArray[np.int8]:
        """Return a block of rows as `padded_rows` does, but that its last rows may be old: the memory is used again."""
        space = self._of_thread
        if not hasattr(space, "padded"):
            space.halves = self._all.space(self._step)
            space.padded = padded_rows(np.zeros((self._step, self._all.size), dtype=np.int8))
        self._all.read_whole(start, end, space.halves, space.padded)
        codes: npt.NDArray[np.int8] = space.padded[: -(-(end - start) // ROWS) * ROWS]
        return codes

    def _find(self, start: int, end: int) -> None:
        """Look for pairs among a block of rows."""
        import numkong

        block = slice(start, end)
        codes = self._padded_codes(start, end)
        facts = np.full(len(codes), np.nan, dtype=np.float32).view(np.int32).repeat(3).view(ROW_FACTS)
        facts["scale"][: end - start] = self._all.scales[block]
        errors = self._row_errors(block)
        facts["error"][: end - start] = errors
        ones = numkong.dots_pack(np.ones((1, codes.shape[1]), dtype=np.int8), "int8")
        facts["start"] = -128 * np.asarray(numkong.dots_packed(codes, ones))[:, 0]
        least = self._shortlist.thresholds - self._errors
        found = self._kernel.find(codes, facts, self._kernel.with_least(self._packed, least))
        if not len(found):
            return
        questions, cosines = found["question"].astype(np.int64), found["cosine"]
        width = errors[found["row"]] + self._errors[questions]
        rows = found["row"].astype(np.int64) + start
        lows = cosines - width
        if self._left_out.size:
            lows[_is_in(questions * self._among.stop + rows, self._left_out)] = -np.inf
        self._shortlist.add(Candidates(questions, rows, lows, cosines + width))


def _is_in(values: Rows, ascending: Rows) -> npt.NDArray[np.bool_]:
    """Tell which of ``values`` are among some that are in order."""
    places = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[places] == values
    return found
