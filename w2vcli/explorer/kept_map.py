"""The better map of a model, kept in the folder ``map/`` of the model. It can be made again at any time."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_file
from w2vcli.errors import W2vError
from w2vcli.explorer.word_map import Region, WordMap
from w2vcli.models.directory import Model
from w2vcli.models.model_parts import MAP, VECTORS

_FILE = "map.npz"
# What is raised on a file that is missing or damaged, or was written otherwise.
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile)


def keep_map(model: Model, found: WordMap) -> None:
    """Write a map into the folder of its model. Where that cannot be written, the map is not kept."""
    head = {
        "vectors": model.facts.sha256.get(VECTORS),
        "method": found.method,
        "landmarks": found.landmarks,
        "regions": [[region._asdict() for region in level] for level in found.regions],
    }
    told = np.frombuffer(json.dumps(head).encode(), np.uint8)
    held = io.BytesIO()
    np.savez(held, head=told, places=found.places, region_of=found.region_of, trust=found.trust)
    with suppress(OSError, W2vError):
        (model.path / MAP).mkdir(exist_ok=True)
        with new_file(model.path / MAP / _FILE, force=True) as stream:
            stream.write(held.getvalue())


def open_map(model: Model) -> WordMap | None:
    """Return the map that is kept of a model, None if there is none, it is of other vectors, or it is damaged."""
    try:
        with (model.path / MAP / _FILE).open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            head: dict[str, Any] = json.loads(bytes(kept["head"]))
            arrays: dict[str, npt.NDArray[Any]] = {name: kept[name] for name in ("places", "region_of", "trust")}
        words = len(model.vectors)
        if head["vectors"] != model.facts.sha256.get(VECTORS) or arrays["places"].shape != (words, 2):
            return None
        if any(len(array) != words for array in arrays.values()):
            return None
        regions = [[Region(**region) for region in level] for level in head["regions"]]
        return WordMap(
            arrays["places"].astype(np.uint16, copy=False),
            str(head["method"]),
            int(head["landmarks"]),
            regions,
            arrays["region_of"].astype(np.uint8, copy=False),
            arrays["trust"].astype(np.uint8, copy=False),
        )
    except _DAMAGED:  # the map is made again
        return None
