"""Static embeddings: the vectors of a tokenizer's tokens, as model2vec, sentence-transformers and WordLlama have them.

A folder of model2vec whose vocabulary is quantised has fewer vectors than tokens, and a weight for each token::

    embeddings   [[1, 0], [0, 1]]     two vectors
    mapping      [0, 1, 1]            the vector of each token, by its number
    weights      [1, 2, 3]            so the third token has the vector [0, 3]

Each token is a word of the model. The tokenizer goes along, so that a word which is asked for is made of its tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import convert, decode_json, read_json, read_regular
from w2vcli.errors import BadModel, DamagedInput, MissingExtra
from w2vcli.escaping import visible
from w2vcli.models.directory import Static
from w2vcli.models.formats.blocks import Block, ReadOptions, RowStream, block_rows, require_vector_size, rows_to_read
from w2vcli.models.formats.safetensors import map_tensors
from w2vcli.models.records import StaticFacts
from w2vcli.models.static_folders import CONFIG, MODULES, SENTENCE_CONFIG, StaticFolder
from w2vcli.models.static_tokenizer import open_static_tokenizer
from w2vcli.models.vectors import decode

_MOST_BYTES = 1 << 28
_NAMES = ("embeddings", "embedding.weight")
# What model2vec does where its config.json says nothing.
_MAX_LENGTH = 512


class StaticEmbeddings(NamedTuple):
    """Static embeddings that are being read: the vectors of the tokens, and what belongs to them."""

    rows: RowStream
    static: Static


@dataclass(frozen=True)
class _AddedToken:
    id: int
    content: str


@dataclass(frozen=True)
class _TokenizerFile:
    """What of ``tokenizer.json`` tells the tokens and the bound of a text."""

    model: dict[str, Any]
    added_tokens: list[_AddedToken] = field(default_factory=list)
    truncation: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Config:
    """What model2vec's ``config.json`` says of a text."""

    normalize: bool | None = None
    max_length: int | None = _MAX_LENGTH


@dataclass(frozen=True)
class _SentenceConfig:
    """What ``config_sentence_transformers.json`` says of a text."""

    prompts: dict[str, str] = field(default_factory=dict)
    default_prompt_name: str | None = None


@dataclass(frozen=True)
class _Module:
    """A step that sentence-transformers takes with a text, and the folder of its files."""

    type: str
    path: str = ""


def read_static(files: StaticFolder, reading: ReadOptions) -> StaticEmbeddings:
    """Return the vectors of the tokens in the order of their numbers, and the tokenizer.

    The token that stands for what a tokenizer does not know is left out for model2vec, which never uses it.

    Raises
    ------
    DamagedInput
        If a file is damaged, the tokens do not fit the vectors, or a text would pass through more than is read.
    """
    data = read_regular(files.tokenizer, _MOST_BYTES, DamagedInput)
    tokenizer = decode_json(data, _TokenizerFile, files.tokenizer, DamagedInput, unknown=True)
    tokens = _tokens(tokenizer, files.tokenizer)
    _require_numbers(data, tokens, files.tokenizer)
    notes: list[str] = []
    facts = _facts(files, tokenizer, tokens, notes)
    unknown = _unknown_token(tokenizer) if files.layout == "model2vec" else None
    kept = {number: token for number, token in tokens.items() if token != unknown}
    vectors = _Vectors(files, tokens, notes)
    numbers = np.fromiter(kept, dtype=np.int64, count=len(kept))

    def blocks() -> Iterator[Block]:
        texts = list(kept.values())
        for start in range(0, rows_to_read(len(numbers), reading), step := block_rows(vectors.size)):
            stop = min(start + step, rows_to_read(len(numbers), reading))
            yield Block(texts[start:stop], vectors[numbers[start:stop]])

    return StaticEmbeddings(RowStream(vectors.size, len(kept), blocks, notes=notes), Static(data, facts))


class _Vectors:
    """The mapped vectors, by the numbers of tokens, of any type and quantised or not. ``size`` is their vector_size."""

    def __init__(self, files: StaticFolder, tokens: dict[int, str], notes: list[str]) -> None:
        name = files.vectors
        tensors = map_tensors(name)
        found = [tensors[key] for key in _NAMES if key in tensors]
        if not found or len(found[0].array.shape) != 2:
            raise DamagedInput(f"{name} has no tensor {' or '.join(_NAMES)}: these are no static embeddings")
        self._stored, self._dtype = found[0]
        self.size = require_vector_size(self._stored.shape[1], str(name))
        quantised = files.layout == "model2vec"
        self._mapping = (
            _of_tokens(tensors["mapping"].array, "mapping", files) if quantised and "mapping" in tensors else None
        )
        self._weights = (
            _of_tokens(tensors["weights"].array, "weights", files) if quantised and "weights" in tensors else None
        )
        last = max(tokens, default=-1)
        for array in (self._mapping, self._weights):
            if array is not None and last >= len(array):
                raise _do_not_fit(files, len(array), last)
        rows = len(self._stored)
        if self._mapping is not None:
            if len(self._mapping) and not 0 <= self._mapping.min() <= self._mapping.max() < rows:
                raise DamagedInput(f"{name} is damaged: its mapping points beyond the {rows:,} vectors")
        elif last >= rows:
            raise _do_not_fit(files, rows, last)
        elif rows > len(tokens):
            notes.append(f"{rows - len(tokens):,} vectors left out: the tokenizer has no token for them")

    def __getitem__(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        places = numbers if self._mapping is None else self._mapping[numbers]
        with np.errstate(over="ignore", invalid="ignore"):
            vectors = decode(self._stored[places], self._dtype)
            if self._weights is None:
                return vectors
            weighted: npt.NDArray[np.float32] = (vectors * self._weights[numbers][:, None]).astype(np.float32)
        return weighted


def _of_tokens(array: npt.NDArray[Any], name: str, files: StaticFolder) -> npt.NDArray[Any]:
    """Return the tensor of that name, which has a number for each token."""
    if array.ndim != 1 or (name == "mapping" and array.dtype.kind not in "iu"):
        raise DamagedInput(f"{files.vectors} is damaged: its tensor {name} is no list of numbers")
    return array


def _do_not_fit(files: StaticFolder, rows: int, last: int) -> DamagedInput:
    return DamagedInput(
        f"{files.tokenizer} has a token with the number {last:,}, and {files.vectors} only {rows:,} of them: "
        "the files do not belong together"
    )


def tokens_of_file(data: bytes, path: Path) -> dict[int, str]:
    """Return the tokens in the file of a tokenizer by their numbers, in ascending order.

    Raises
    ------
    DamagedInput
        If it is damaged.
    """
    return _tokens(decode_json(data, _TokenizerFile, path, DamagedInput, unknown=True), path)


def _tokens(tokenizer: _TokenizerFile, path: Path) -> dict[int, str]:
    """Return the tokens by their numbers, in ascending order."""
    vocabulary = tokenizer.model.get("vocab")
    if isinstance(vocabulary, list):  # of a unigram model, each token with its score
        found = dict(enumerate(convert(vocabulary, list[tuple[str, float]], path, DamagedInput)))
        tokens = {number: token for number, (token, _) in found.items()}
    else:
        numbers = convert(vocabulary, dict[str, int], path, DamagedInput)
        tokens = {number: token for token, number in numbers.items()}
        if len(tokens) < len(numbers):
            raise DamagedInput(f"{path} is damaged: two tokens have one number")
    known = set(tokens.values())
    tokens |= {added.id: added.content for added in tokenizer.added_tokens if added.content not in known}
    if min(tokens, default=0) < 0:
        raise DamagedInput(f"{path} is damaged: a token has a number below 0")
    return dict(sorted(tokens.items()))


def _require_numbers(data: bytes, tokens: dict[int, str], path: Path) -> None:
    """Refuse a tokenizer that the library cannot read, or that has other numbers there, if the library is installed.

    Where an added token has a number of another one, the library gives it a new one, to which no vector belongs.
    """
    try:
        numbers = open_static_tokenizer(data, path).get_vocab()
    except MissingExtra:
        return
    except BadModel as error:
        raise DamagedInput(str(error)) from error
    of_token = {token: number for number, token in tokens.items()}
    for token, number in numbers.items():
        if of_token.get(token, number) != number:
            raise DamagedInput(
                f"{path} is damaged: its token {visible(token)} has the number {of_token[token]:,}, "
                f"and the library tokenizers takes it for {number:,}"
            )


def _unknown_token(tokenizer: _TokenizerFile) -> str | None:
    """Return the token that stands for what a tokenizer does not know, if it has one."""
    model = tokenizer.model
    number, vocabulary = model.get("unk_id"), model.get("vocab")
    if isinstance(number, int) and isinstance(vocabulary, list) and 0 <= number < len(vocabulary):
        return str(vocabulary[number][0])
    token = model.get("unk_token")
    return token if isinstance(token, str) else None


def _facts(files: StaticFolder, tokenizer: _TokenizerFile, tokens: dict[int, str], notes: list[str]) -> StaticFacts:
    """Return what the library does with a text besides the mean of its tokens."""
    if files.layout == "WordLlama":  # which takes whole texts, and scales them only when it is asked to
        return StaticFacts()
    if files.layout == "model2vec":
        config = read_json(files.folder / CONFIG, _Config, DamagedInput, unknown=True)
        most = config.max_length
        if most is not None and most < 0:
            raise DamagedInput(f"{files.folder / CONFIG} is damaged: its max_length is {most:,}")
        # It first cuts the text, so that no more is tokenized than a text of usual tokens would need.
        median = int(np.median([len(token) for token in tokens.values()])) if tokens else 0
        return StaticFacts(bool(config.normalize), most, None if most is None else most * median)
    most = (tokenizer.truncation or {}).get("max_length")
    if _has_prompt(files):
        notes.append("sentence-transformers puts a prompt before each text, which is left out here")
    return StaticFacts(_is_normalized(files), most if isinstance(most, int) else None)


def _has_prompt(files: StaticFolder) -> bool:
    """Tell whether sentence-transformers puts something before each text unless it is told not to."""
    try:
        config = read_json(files.folder / SENTENCE_CONFIG, _SentenceConfig, DamagedInput, unknown=True)
    except FileNotFoundError:
        return False
    return bool(config.default_prompt_name and config.prompts.get(config.default_prompt_name))


def _is_normalized(files: StaticFolder) -> bool:
    """Tell whether sentence-transformers scales a mean to length 1.

    Raises
    ------
    DamagedInput
        If it would do more with it.
    """
    try:
        data = read_regular(files.folder / MODULES, _MOST_BYTES, DamagedInput)
    except FileNotFoundError:
        return False
    found = decode_json(data, list[_Module], files.folder / MODULES, DamagedInput, unknown=True)
    names = [module.type.rpartition(".")[2] for module in found]
    if names[:1] != ["StaticEmbedding"] or any(name != "Normalize" for name in names[1:]):
        raise DamagedInput(
            f"{files.folder} passes a text through {', '.join(names)}; "
            "only StaticEmbedding is read, and Normalize behind it"
        )
    inner = files.vectors.parent.relative_to(files.folder).as_posix()
    if PurePosixPath(found[0].path).as_posix() != inner:
        raise DamagedInput(
            f"{files.folder / MODULES} says that StaticEmbedding lies in {visible(found[0].path)!r}; "
            "only what lies beside it or in 0_StaticEmbedding is read"
        )
    return "Normalize" in names
