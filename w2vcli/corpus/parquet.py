"""Tables in Parquet, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from w2vcli.corpus.table_rows import TextTable
from w2vcli.errors import BadCorpus, MissingExtra
from w2vcli.inputs import InputFile, read_at_most

PARQUET_MAGIC = b"PAR1"
_MOST_BYTES = 1 << 31


def require_pyarrow() -> None:
    """Raise `MissingExtra` if pyarrow, which reads Parquet, is not installed."""
    if find_spec("pyarrow") is None:
        raise MissingExtra("Parquet files", "arrow")


class Parquet(TextTable):
    """A Parquet file. Its table of contents is at its end, so what is compressed or no file on disk is read whole."""

    def __init__(self, file: InputFile) -> None:
        require_pyarrow()
        import pyarrow as pa
        from pyarrow import parquet

        self._errors = (pa.ArrowException, OSError, ValueError)  # the last of text that is not UTF-8
        on_disk = not file.compressed and file.size is not None and Path(file.name).is_file()
        if not on_disk:
            data = read_at_most(file.stream, _MOST_BYTES)
            if len(data) > _MOST_BYTES:
                raise BadCorpus(f"{file.name} is larger than {_MOST_BYTES >> 30} GiB; unpack it first")
        try:
            self._table = parquet.ParquetFile(file.name if on_disk else pa.BufferReader(data))
        except self._errors as error:
            raise self._unreadable(file.name, error) from error
        super().__init__(file.name, "Parquet", list(self._table.schema_arrow.names), [])

    def rows(self, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells in ``columns`` of each row, as `TextTable.rows` says."""
        try:
            with self._table:
                number = 0
                for batch in self._table.iter_batches(columns=list(columns), batch_size=4096):
                    values = [self._texts(batch.column(column), at > 0) for at, column in enumerate(columns)]
                    for row in zip(*values, strict=True):
                        number += 1
                        where = f"{self.name}: row {number:,}"
                        yield [self.as_text(value, where, columns[at], is_label=at > 0) for at, value in enumerate(row)]
        except self._errors as error:
            raise self._unreadable(self.name, error) from error

    @staticmethod
    def _texts(column: Any, is_label: bool) -> list[Any]:
        """Return the values of a column as text. Lists stay lists, and numbers that are labels stay numbers."""
        import pyarrow as pa

        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind)
        found: list[Any] = (
            column if pa.types.is_nested(kind) or (is_label and is_number) else column.cast(pa.string())
        ).to_pylist()
        return found

    @staticmethod
    def _unreadable(name: str, error: Exception) -> BadCorpus:
        return BadCorpus(f"{name}: cannot be read as Parquet: {' '.join(str(error).split())}")
