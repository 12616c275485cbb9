from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from w2vcli.errors import BadModel
from w2vcli.neural.labelled_texts.seen import count_seen, hash_texts, read_seen, save_seen


def test_texts_that_were_seen_are_counted(tmp_path: Path) -> None:
    save_seen(hash_texts(["a film", "b", "b", "긍정"]), tmp_path)
    seen = read_seen(tmp_path)
    assert seen is not None
    assert len(seen) == 3
    assert count_seen([" a film\n", "b", "B", "긍정", ""], seen) == 3
    assert count_seen([], seen) == 0


def test_a_model_of_an_older_w2v_has_no_texts_that_were_seen(tmp_path: Path) -> None:
    assert read_seen(tmp_path) is None


def test_damaged_hashes_are_one_line(tmp_path: Path) -> None:
    np.save(tmp_path / "texts-seen.npy", np.zeros((2, 2)))
    with pytest.raises(BadModel):
        read_seen(tmp_path)
