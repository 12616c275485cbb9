"""The tokenizer of static embeddings: from a text to tokens, by the library ``tokenizers``.

Its file says all that is done with a text: how it is normalised, where it is split, and which parts a word has.
"""

from __future__ import annotations

from typing import Any

from w2vcli.errors import BadModel, MissingExtra


def open_static_tokenizer(data: bytes, path: object) -> Any:
    """Return the tokenizer in the file ``path``, whose content is ``data``. It neither cuts nor pads a text.

    Raises
    ------
    BadModel
        If it is damaged, or of a version that the library does not read.
    MissingExtra
        If the library is not installed.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("static embeddings", "subwords") from error
    try:
        tokenizer = Tokenizer.from_str(data.decode())
    except Exception as error:  # the library raises this very class, and none that is narrower
        raise BadModel(f"{path} is damaged, or newer than the library tokenizers here: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def unknown_token(tokenizer: Any) -> str | None:
    """Return the token that a tokenizer gives for what it does not know, None if there is none."""
    import json

    model = tokenizer.model
    if hasattr(model, "unk_token"):
        token: str | None = model.unk_token
        return token
    number = json.loads(tokenizer.to_str())["model"].get("unk_id")
    return None if number is None else tokenizer.id_to_token(number)
