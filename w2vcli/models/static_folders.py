"""Where the files of static embeddings lie: the folders of model2vec, sentence-transformers and WordLlama.

    model2vec               config.json, model.safetensors, tokenizer.json
    sentence-transformers   modules.json, and in 0_StaticEmbedding/ model.safetensors and tokenizer.json
    WordLlama               weights/NAME_256.safetensors, tokenizers/NAME_tokenizer_config.json

The file of the vectors may be named instead of the folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from w2vcli.errors import DamagedInput

StaticLayout = Literal["model2vec", "sentence-transformers", "WordLlama"]

CONFIG = "config.json"
VECTORS = "model.safetensors"
TOKENIZER = "tokenizer.json"
MODULES = "modules.json"
SENTENCE_CONFIG = "config_sentence_transformers.json"
_ENDING = ".safetensors"
_FIRST_MODULE = "0_StaticEmbedding"


class StaticFolder(NamedTuple):
    """The files of static embeddings. ``folder`` is where their settings are."""

    layout: StaticLayout
    folder: Path
    vectors: Path
    tokenizer: Path


def find_static(source: Path) -> StaticFolder | None:
    """Return the files of static embeddings in the folder ``source``, or of which it is the vectors, if it is such.

    Raises
    ------
    DamagedInput
        If a folder of WordLlama has vectors of several sizes, or a folder has vectors and no tokenizer.
    """
    if source.is_dir():
        found = _in_folder(source)
        if found is None:
            _require_tokenizer(source)
        return found
    if source.suffix != _ENDING or not source.is_file() or source.with_suffix(".txt").is_file():
        return None
    if source.parent.name == "weights" and (tokenizer := _wordllama_tokenizer(source)).is_file():
        return StaticFolder("WordLlama", source.parent.parent, source, tokenizer)
    folder = source.parent.parent if source.parent.name == _FIRST_MODULE else source.parent
    found = _in_folder(folder)
    return found if found is not None and found.vectors == source else None


def _require_tokenizer(folder: Path) -> None:
    """Refuse a folder that has the vectors and the settings of static embeddings, but not their tokenizer."""
    has_settings = any((folder / name).is_file() for name in (CONFIG, MODULES))
    for inner in (folder, folder / _FIRST_MODULE):
        if has_settings and (inner / VECTORS).is_file() and not (inner / TOKENIZER).is_file():
            raise DamagedInput(f"{inner} has {VECTORS} and no {TOKENIZER}, without which its rows have no words")


def _in_folder(folder: Path) -> StaticFolder | None:
    """Return the files in a folder of one of the layouts."""
    for layout, config, inner in (
        ("model2vec", CONFIG, "."),
        ("sentence-transformers", MODULES, "."),
        ("sentence-transformers", MODULES, _FIRST_MODULE),
        ("sentence-transformers", SENTENCE_CONFIG, "."),
    ):
        found = StaticFolder(layout, folder, folder / inner / VECTORS, folder / inner / TOKENIZER)  # type: ignore[arg-type]
        if all(file.is_file() for file in (folder / config, found.vectors, found.tokenizer)):
            return found
    weights = [path for path in sorted(folder.glob(f"weights/*{_ENDING}")) if _wordllama_tokenizer(path).is_file()]
    if len(weights) > 1:
        named = ", ".join(map(str, weights))
        raise DamagedInput(f"{folder} has {len(weights):,} files of vectors; choose one of {named}")
    return next((StaticFolder("WordLlama", folder, path, _wordllama_tokenizer(path)) for path in weights), None)


def _wordllama_tokenizer(weights: Path) -> Path:
    """Return the path of the tokenizer that belongs to ``weights/l2_supercat_256.safetensors``."""
    name = weights.stem.rpartition("_")[0]
    return weights.parent.parent / "tokenizers" / f"{name}_tokenizer_config.json"
