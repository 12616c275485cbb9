"""The map of all words, the packets in which the page reads it, and the map that is kept."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from tests.conftest import MakeModel
from w2vcli.explorer.kept_map import keep_map, open_map
from w2vcli.explorer.maps import Maps, kept_or_made
from w2vcli.explorer.packets import as_text, pack
from w2vcli.explorer.word_map import NO_TRUST, WORLD, FirstMap, make_better_map, units_of
from w2vcli.models.directory import Model
from w2vcli.reporting import SILENT

RNG = np.random.default_rng(3)
GROUPS = 4


def unpack(packet: bytes) -> dict[str, Any]:
    """Read a packet as the page does."""
    length = int.from_bytes(packet[:4], "little")
    head: dict[str, Any] = json.loads(packet[4 : 4 + length])
    for told in head["arrays"]:
        kind = np.dtype(told["kind"]).newbyteorder("<")
        part = np.frombuffer(packet, np.uint8, told["size"] * kind.itemsize, told["start"])
        if head["shuffled"]:
            part = part.reshape(kind.itemsize, told["size"]).T
        head[told["name"]] = part.tobytes() and np.frombuffer(part.tobytes(), kind)
    return head


def packed_in(page: str) -> dict[str, Any]:
    """Read the packet in the text of a page as the page does, bit by bit."""
    [text] = re.findall(r'id="packed">([^<]+)</script>', page)
    bits = "".join(f"{ord(letter) % 256 % 128:07b}" for letter in text)
    return unpack(gzip.decompress(bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))))


@pytest.fixture
def grouped(make_model: MakeModel) -> Model:
    """Return a model of 240 words in four groups, which lie far from each other."""
    middles = RNG.normal(size=(GROUPS, 20)) * 4
    vectors = middles[np.arange(240) % GROUPS] + RNG.normal(size=(240, 20))
    return make_model([f"g{at % GROUPS}w{at}" for at in range(240)], vectors)


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3),
    st.lists(st.sampled_from(["u1", "i1", "u2", "u4", "f4"]), max_size=4),
    st.booleans(),
)
def test_a_packet_gives_back_what_was_packed(head: dict[str, str], kinds: list[str], shuffled: bool) -> None:
    arrays = {f"array{at}": np.arange(3 * at + 1).astype(kind) for at, kind in enumerate(kinds)}
    head = {name: text for name, text in head.items() if name not in {"arrays", "shuffled", *arrays}}
    packet = pack(head, arrays, shuffled=shuffled)
    found = unpack(packet)
    assert {name: found[name] for name in head} == head
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
    assert all(told["start"] % 4 == 0 for told in found["arrays"])


@given(st.binary(max_size=300))
def test_bytes_are_text_that_a_page_keeps(packet: bytes) -> None:
    text = as_text(packet)
    bits = "".join(f"{ord(letter) % 128:07b}" for letter in text)
    assert bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)) == packet
    assert len(text) == -(-8 * len(packet) // 7)
    assert not set("\0\r\n<") & set(text)


def test_the_first_map_is_that_of_pca(grouped: Model) -> None:
    places = FirstMap(grouped).places(0, 240).astype(float)
    expected = PCA(2).fit_transform(units_of(grouped, 0, 240))
    for axis in range(2):
        assert abs(np.corrcoef(places[:, axis], expected[:, axis])[0, 1]) > 0.999
    np.testing.assert_array_equal(FirstMap(grouped).places(100, 130), places[100:130])


def test_the_better_map_keeps_groups_together_and_apart(grouped: Model) -> None:
    found = make_better_map(grouped)
    assert found.method == "tsne"
    places = found.places.astype(float)
    middles = np.stack([places[group::GROUPS].mean(axis=0) for group in range(GROUPS)])
    away = np.linalg.norm(places[:, np.newaxis] - middles, axis=2)
    np.testing.assert_array_equal(away.argmin(axis=1), np.arange(240) % GROUPS)
    names = [region.name for region in found.regions[0]]
    assert len(names) == 240 // 25
    for name in names:  # the words of a name are of one group
        assert len({word[:2] for word in name.split(" · ")}) == 1
    assert found.trust.max() <= 250


def test_a_map_of_some_words_has_no_others(grouped: Model) -> None:
    found = make_better_map(grouped, landmarks=120, words=150)
    assert [len(each) for each in (found.places, found.region_of, found.trust)] == [150] * 3
    assert len(kept_or_made(grouped, SILENT, 150).places) == 150
    assert open_map(grouped) is None  # only one of all words is kept


def test_a_word_that_is_no_landmark_lies_beside_the_nearest_one(grouped: Model) -> None:
    found = make_better_map(grouped, landmarks=120)
    assert (found.method, found.landmarks) == ("tsne-landmarks", 120)
    units = units_of(grouped, 0, 240)
    nearest = (units[120:] @ units[:120].T).argmax(axis=1)
    away = np.linalg.norm(found.places[120:].astype(float) - found.places[nearest].astype(float), axis=1)
    assert away.max() < WORLD / 10
    assert (found.trust[120:] == NO_TRUST).all()
    np.testing.assert_array_equal(found.region_of[120:], found.region_of[nearest])


def test_trust_is_the_share_of_the_nearest_that_are_near_on_the_map(make_model: MakeModel) -> None:
    # All lie on one half of a circle, in order: what is near in the model is near on any good map.
    angles = np.linspace(0, np.pi, 200)
    arc = make_model([f"w{at}" for at in range(200)], np.column_stack([np.cos(angles), np.sin(angles)]))
    assert make_better_map(arc).trust.mean() > 0.9 * 250


def test_words_without_a_vector_have_a_place(make_model: MakeModel) -> None:
    vectors = RNG.normal(size=(60, 5)).astype(np.float32)
    vectors[7] = 0
    model = make_model([f"w{at}" for at in range(60)], vectors)
    assert FirstMap(model).places(0, 60).shape == (60, 2)
    assert make_better_map(model).places.shape == (60, 2)


def test_a_map_is_kept_with_its_model_and_no_longer_than_its_vectors(grouped: Model) -> None:
    assert open_map(grouped) is None
    made = make_better_map(grouped)
    keep_map(grouped, made)
    kept = open_map(grouped)
    assert kept is not None
    np.testing.assert_array_equal(kept.places, made.places)
    assert (kept.method, kept.landmarks, kept.regions) == (made.method, made.landmarks, made.regions)
    others = replace(grouped, facts=replace(grouped.facts, sha256={**grouped.facts.sha256, "vectors.npy": "0" * 64}))
    assert open_map(others) is None


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_a_damaged_map_is_made_again(grouped: Model, damage: bytes | None) -> None:
    keep_map(grouped, make_better_map(grouped))
    path = grouped.path / "map" / "map.npz"
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    assert open_map(grouped) is None


def test_the_page_has_the_words_in_packets_and_then_the_better_map(grouped: Model) -> None:
    maps = Maps(grouped)
    first = unpack(maps.words(0, 100))
    assert (first["version"], first["method"], first["improving"]) == (0, "pca", True)
    rest = unpack(maps.words(100, 1000))
    words = [*first["words"].split("\n"), *rest["words"].split("\n")]
    assert words == [grouped.words[row] for row in range(240)]
    assert unpack(maps.newer_than(0)).keys() == {"improving", "shuffled", "arrays"}
    maps._improve()
    better = unpack(maps.newer_than(0))
    kept = open_map(grouped)
    assert kept is not None
    np.testing.assert_array_equal(better["places"].reshape(-1, 2), kept.places)
    assert better["version"] == 1
    assert unpack(maps.newer_than(1))["improving"] is False
    assert unpack(Maps(grouped).words(0, 100))["method"] == "tsne"


def test_too_few_words_stay_on_the_first_map(make_model: MakeModel) -> None:
    maps = Maps(make_model(["a", "b"], [[1, 0], [1, 0]]))
    maps._improve()
    assert unpack(maps.newer_than(0))["improving"] is False
