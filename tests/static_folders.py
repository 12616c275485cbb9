"""Folders of static embeddings as their libraries write them, made small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.conftest import ROOT, require

# What the tokenizer below knows whole, in pieces and not at all.
TEXTS = ["the girl went to the castle", "unbelievable!", "", "소녀", "a 소녀 and a girl", "\n\tThe  GIRL. "]


def write_tensors(path: Path, tensors: dict[str, npt.NDArray[Any]]) -> None:
    """Write a file in the format safetensors, by its written description."""
    names = {"f8": "F64", "f4": "F32", "f2": "F16", "i1": "I8", "i8": "I64", "i4": "I32", "u2": "BF16"}
    header, data = {}, b""
    for name, tensor in tensors.items():
        stored = tensor.tobytes()
        header[name] = {
            "dtype": names[tensor.dtype.str[1:]],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(stored)],
        }
        data += stored
    text = json.dumps({"__metadata__": {"format": "pt"}} | header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def word_pieces(size: int = 300) -> Any:
    """Return a tokenizer of the library, trained on the fairy tales: WordPiece in lower case, with [UNK]."""
    require("tokenizers")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - a token of text
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    lines = (ROOT / "data" / "english.txt").read_text(encoding="utf-8").splitlines()
    special = ["[PAD]", "[UNK]"]
    tokenizer.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=size, special_tokens=special))
    return tokenizer


def random_vectors(rows: int, vector_size: int = 8, seed: int = 1) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(rows, vector_size)).astype(np.float32)


def model2vec_folder(folder: Path, tensors: dict[str, npt.NDArray[Any]], tokenizer: Any, **config: object) -> Path:
    """Write a folder of model2vec."""
    folder.mkdir()
    write_tensors(folder / "model.safetensors", tensors)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def sentence_transformers_folder(
    folder: Path,
    vectors: npt.NDArray[Any],
    tokenizer: Any,
    *more: str,
    inner: str = "0_StaticEmbedding",
    home: str = "sentence_transformers.models",
) -> Path:
    """Write a folder of sentence-transformers, with ``more`` modules behind StaticEmbedding.

    ``home`` is where the library has its modules: version 6 writes longer names, and ``""`` for the inner folder.
    """
    (folder / inner).mkdir(parents=True)
    write_tensors(folder / inner / "model.safetensors", {"embedding.weight": vectors})
    tokenizer.save(str(folder / inner / "tokenizer.json"))
    names = [("StaticEmbedding", inner), *((name, f"{at}_{name}") for at, name in enumerate(more, 1))]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"{home}.{name}"} for at, (name, path) in enumerate(names)
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    for at, name in enumerate(more, 1):
        (folder / f"{at}_{name}").mkdir()
    settings = {"prompts": {"query": "", "document": ""}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def wordllama_folder(folder: Path, vectors: npt.NDArray[Any], tokenizer: Any, size: int = 8) -> Path:
    """Write a folder as the package of WordLlama has it."""
    for name in ("weights", "tokenizers"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_tensors(folder / "weights" / f"l2_supercat_{size}.safetensors", {"embedding.weight": vectors})
    tokenizer.save(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    return folder
