"""A folder of model2vec, which sentence-transformers opens too: the vectors, and the tokenizer that finds them.

    model.safetensors   the tensor embeddings, float32, a row for each number of a token
    tokenizer.json      for the library tokenizers
    config.json         what model2vec does with a mean: nothing
    modules.json        the same for sentence-transformers

A model of words has a tokenizer of whole words, and one row more: zeros for [UNK], which stands for all other words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2vcli.atomic import new_directory, require_absent
from w2vcli.errors import OutputExists
from w2vcli.models.formats.blocks import Block
from w2vcli.models.formats.safetensors import tensor_header
from w2vcli.models.formats.sinks import AS_THEY_ARE, Append, RowFacts, Spelling
from w2vcli.models.formats.tokenizer_files import TokenizerFile, tokenizer_of
from w2vcli.models.static_folders import CONFIG, MODULES, TOKENIZER, VECTORS, find_static
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class Model2vecFolder:
    """A folder of model2vec at ``path``."""

    path: Path
    force: bool
    name: str = "model2vec"
    spelling: Spelling = AS_THEY_ARE
    of_training: bool = False
    has_tokenizer: bool = True

    @property
    def files(self) -> tuple[Path, ...]:
        """The folder."""
        return (self.path,)

    def require_free(self) -> None:
        """Raise `OutputExists` if something is there that may not be replaced, or that is no such folder."""
        require_absent(self.path, force=self.force, directory=True)
        if self.path.exists() and not (self.path.is_dir() and find_static(self.path)):
            raise OutputExists(f"{self.path} is no folder of static embeddings, and is not replaced")

    @contextmanager
    def open(self, rows: RowFacts, reporter: Reporter) -> Iterator[Append]:
        """Write the folder, which appears whole or not at all."""
        self.require_free()
        with new_directory(self.path, force=self.force) as folder:
            tokenizer = tokenizer_of(rows)
            mapped = [_new_tensor(folder / VECTORS, (tokenizer.rows, rows.vector_size))]
            taken = 0

            def append(block: Block) -> None:
                nonlocal taken
                places = tokenizer.places(block.words, taken)
                mapped[0][places[places >= 0]] = block.vectors[places >= 0]
                taken += len(block.words)

            yield append
            mapped.pop().flush()  # and closed: Windows renames no folder with a file that is mapped
            normalize = rows.static is not None and rows.static.normalize
            _write_settings(folder, rows, tokenizer, normalize=normalize)


def _new_tensor(path: Path, shape: tuple[int, int]) -> np.memmap[Any, np.dtype[np.float32]]:
    """Return the mapped tensor ``embeddings`` of a new file, all zeros."""
    header = tensor_header("embeddings", shape)
    with open(path, "xb") as file:
        file.write(header)
        file.truncate(len(header) + 4 * shape[0] * shape[1])
    return np.memmap(path, np.dtype("<f4"), "r+", len(header), shape)


def _write_settings(folder: Path, rows: RowFacts, tokenizer: TokenizerFile, *, normalize: bool) -> None:
    """Write what is JSON."""
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": rows.vector_size,
        "normalize": normalize,
        "max_length": None if rows.static is None else rows.static.max_length,
        "embedding_dtype": "float32",
    }
    modules = [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
    if normalize:
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"})
    (folder / TOKENIZER).write_bytes(tokenizer.json())
    for name, found in ((CONFIG, config), (MODULES, modules)):
        (folder / name).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8", newline="\n")
