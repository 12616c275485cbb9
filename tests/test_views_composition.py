"""From the words that are asked for to a scene, on the toy model."""

from __future__ import annotations

from pathlib import Path

import pytest

from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model
from w2vcli.views.composition import (
    choose_words,
    compose,
    find_neighbourhoods,
    group_by_file,
    group_by_neighbourhood,
)
from w2vcli.views.groups import Groups
from w2vcli.views.plot import draw
from w2vcli.views.selection import select


def test_words_come_in_the_order_of_the_ways_to_ask_for_them(toy: Model) -> None:
    near = {"girl": ["girl", "woman"]}
    groups = Groups({"king": "royal"}, [])
    found = choose_words(toy, ["queen"], top=2, neighbourhoods=near, arrows=[("man", "boy")], groups=groups)
    assert found == ["queen", toy.words[0], toy.words[1], "girl", "woman", "man", "boy"]
    assert choose_words(toy, groups=groups) == ["king"]
    assert choose_words(toy, top=1_000) == list(toy.words)


def test_a_word_near_two_words_is_in_the_group_of_the_first() -> None:
    near = {"girl": ["girl", "woman"], "boy": ["boy", "woman", "man"]}
    assert group_by_neighbourhood(["woman", "man", "king"], near) == ["around girl", "around boy", ""]
    assert group_by_neighbourhood(["woman"], {"girl": ["girl", "woman"]}) is None


def test_a_word_begins_its_own_neighbourhood(toy: Model) -> None:
    [(word, near)] = find_neighbourhoods(toy, ["girl"], 2).items()
    assert (word, near[0], len(near)) == ("girl", "girl", 3)


def test_arrows_of_words_that_were_not_selected_are_left_out(toy: Model) -> None:
    selection = select(toy, ["man", "woman", "king"])
    groups = group_by_file(selection.words, Groups({"man": "people"}, []))
    scene = compose(toy, selection, groups, [("man", "king"), ("man", "queen")], method="pca")
    assert (scene.arrows, scene.groups, scene.rows) == ([(0, 2)], ["people", "", ""], selection.rows)
    draw(scene).write(Path("p.svg"))
    assert scene.caption in Path("p.svg").read_text(encoding="utf-8")


def test_groups_that_cannot_be_told_apart_are_refused_before_the_projection(toy: Model) -> None:
    selection = select(toy, list(toy.words))
    with pytest.raises(BadSettings, match="60 groups cannot be told apart"):
        compose(toy, selection, [f"group {at}" for at in range(60)], method="pca")
