"""Folders that are sealed: ``sha256.json`` in them has the hash of each file, so that damage is told before use.

It is no protection against those who can write there, and change the hash with the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from w2vcli.decoding import Error, is_plain_name, open_regular, read_json
from w2vcli.errors import DamagedInput

SEAL = "sha256.json"
_PIECE_BYTES = 1 << 20


def seal(folder: Path, names: Iterable[str] | None = None, *, known: Mapping[str, str] | None = None) -> None:
    """Write the hashes of files into their folder: of those named, else of all that lie in it.

    ``known`` has hashes that need not be computed again.
    """
    found = sorted(path.name for path in folder.iterdir() if path.name != SEAL) if names is None else names
    hashes = {name: (known or {}).get(name) or sha256_of(folder / name) for name in found}
    (folder / SEAL).unlink(missing_ok=True)  # it may have another name elsewhere, which stays as it is
    (folder / SEAL).write_text(json.dumps(hashes, indent=1), encoding="utf-8", newline="\n")


def require_sealed(folder: Path) -> dict[str, str]:
    """Return the hashes of the files in a sealed folder, after comparing them.

    Raises
    ------
    DamagedInput
        If a file is not what was sealed, or the folder was not.
    """
    try:
        hashes = read_json(folder / SEAL, dict[str, str], DamagedInput)
    except FileNotFoundError as error:
        raise DamagedInput(f"{folder} is damaged: {SEAL} is missing") from error
    for name, sha256 in hashes.items():
        if not is_plain_name(name):
            raise DamagedInput(f"{folder / SEAL} is damaged: it names no file of the folder")
        try:
            now = sha256_of(folder / name)
        except FileNotFoundError as error:
            raise DamagedInput(f"{folder} is damaged: {name} is missing") from error
        except OSError as error:  # such as a name that is too long
            raise DamagedInput(f"{folder} is damaged: {error.strerror}: {name[:80]}") from error
        if now != sha256:
            raise DamagedInput(f"{folder / name} is damaged: its SHA-256 is not the one in {SEAL}")
    return hashes


def sha256_of(path: Path, error: Error = DamagedInput) -> str:
    """Return the SHA-256 of a regular file, in hexadecimal.

    Raises
    ------
    DamagedInput
        Or another ``error``: if it is something else, such as a folder or a pipe.
    """
    import hashlib  # costs a question 3 ms

    digest = hashlib.sha256()
    with open_regular(path, error) as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
