"""What the Embedding Projector loads, by itself and in TensorBoard."""

from __future__ import annotations

import codecs
import json
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from w2vcli.errors import BadSettings, BadVocabulary, MissingExtra
from w2vcli.models.vectors import Float32s

# It loads this many points and leaves out the rest (data-provider-server.ts, LIMIT_NUM_POINTS).
MOST_POINTS = 100_000

VECTORS_TSV, VECTORS_BYTES, METADATA = "vecs.tsv", "vecs.bytes", "meta.tsv"
TENSORBOARD_CONFIG, PAGE_CONFIG = "projector_config.pbtxt", "projector_config.json"


def require_loadable(words: int, vector_size: int) -> None:
    """Raise `BadVocabulary` if the Projector would not load so many words with so many values each."""
    if words < 1:
        raise BadVocabulary("there are no words to write")
    if vector_size < 2:
        raise BadVocabulary("the Embedding Projector loads vectors of two values or more; these have one")


def tensorboard_config(name: str, words: int, vector_size: int, vectors: str) -> bytes:
    """Return what TensorBoard looks for in its ``--logdir``: a ProjectorConfig as protobuf's text.

    ``vectors`` is the name of the file of vectors.
    """
    fields = {"tensor_name": name, "tensor_path": vectors, "metadata_path": METADATA}
    lines = [f"  {field}: {json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    lines += [f"  tensor_shape: {size}" for size in (words, vector_size)]
    return "\n".join(["embeddings {", *lines, "}", ""]).encode()


def page_config(name: str, words: int, vector_size: int, vectors: str, url: str) -> bytes:
    """Return what the page of the Projector takes with ``?config=URL``; ``url`` is where the folder will be found."""
    embedding = {
        "tensorName": name,
        "tensorShape": [words, vector_size],
        "tensorPath": url + vectors,
        "metadataPath": url + METADATA,
    }
    return (json.dumps({"embeddings": [embedding]}, ensure_ascii=False, indent=2) + "\n").encode()


class BytesWriter:
    """Writes vectors as they are in memory: float32, little-endian, row by row.

    TensorBoard takes a file for text if it can be read as UTF-8, so `finish` refuses vectors that happen to be text,
    such as zeros alone.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()

    def append(self, vectors: Float32s) -> None:
        """Write more rows."""
        raw = vectors.astype("<f4").tobytes()
        self._stream.write(raw)
        try:
            if self._decoder is not None:
                self._decoder.decode(raw)
        except UnicodeDecodeError:
            self._decoder = None

    def finish(self) -> None:
        """Raise `BadVocabulary` if TensorBoard would not know that these are vectors."""
        if self._decoder is not None:
            raise BadVocabulary("TensorBoard would take these vectors for text; write them without --bytes")


def require_tensorboard() -> None:
    """Raise `MissingExtra` if TensorBoard is not installed."""
    if find_spec("tensorboard") is None:
        raise MissingExtra("pages of TensorBoard", "tensorboard")


def serve(directory: Path, port: int | None) -> str:
    """Let TensorBoard serve ``directory`` to this machine until the process ends; return the address.

    It is at TensorBoard's own port, or the next free one, if none is given.

    Raises
    ------
    BadSettings
        If the port is taken.
    """
    from tensorboard import program

    board = program.TensorBoard()
    wanted = [] if port is None else ["--port", str(port)]
    board.configure(
        argv=["tensorboard", "--logdir", str(directory), "--host", "localhost", "--load_fast", "false", *wanted]
    )
    try:
        address: str = board.launch()
    except program.TensorBoardServerException as error:
        raise BadSettings(f"TensorBoard cannot serve at --port {port}: {error}") from error
    return f"{address}#projector"
