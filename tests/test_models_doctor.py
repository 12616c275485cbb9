from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli.models.directory import Model
from w2vcli.models.doctor import examine
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.reporting import SILENT

ODD = b"5 2\na 1 2\n\xff\xfe 0 0\na nan 1\n 3 4\nx 1 1\n"


def test_what_is_odd_is_counted(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_bytes(ODD)
    found = examine(tmp_path / "odd.txt", ReadOptions(), SILENT)
    assert (found.format, found.words_promised, found.words, found.vector_size) == ("word2vec text", 5, 5, 2)
    assert (found.undecodable_words, found.empty_words, found.duplicates) == (1, 1, 1)
    assert (found.zero_vectors, found.nan_vectors) == (1, 1)
    assert (found.norm_min, found.norm_max) == (0, 5)
    assert found.norm_median == pytest.approx((math.sqrt(2) + math.sqrt(5)) / 2)
    assert found.dtype == "bfloat16"
    assert found.fault is None


def test_what_was_found_before_the_damage_is_told(tmp_path: Path, w2v: W2v) -> None:
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(ODD.replace(b"5 2", b"9 2")))
    run = w2v("info", tmp_path / "cut.txt.gz")
    assert run.status == 1
    facts = {row[0]: row[1] for row in run.rows}
    assert (facts["words_promised"], facts["words"], facts["compressed"]) == ("9", "5", "True")
    assert "promises 9 rows, the file ends after 5" in run.err


def test_rows_behind_the_promised_ones(tmp_path: Path, w2v: W2v) -> None:
    (tmp_path / "more.txt").write_bytes(ODD.replace(b"5 2", b"4 2"))
    run = w2v("info", tmp_path / "more.txt", "--json")
    assert run.status == 1
    assert run.json[0]["fault"] == f"{tmp_path / 'more.txt'}: the header promises 4 rows, and more follows them"


def test_a_file_in_no_known_format(tmp_path: Path, w2v: W2v) -> None:
    (tmp_path / "x").write_bytes(b"\x00\x01\x02")
    run = w2v("info", tmp_path / "x")
    assert (run.status, run.out) == (1, "")
    assert "in no known vector format" in run.err


def test_a_model_is_checked_on_request(toy: Model, w2v: W2v) -> None:
    assert w2v("info", "--check").status == 0
    with open(toy.path / "words.txt", "ab") as file:
        file.write(b"x\n")
    run = w2v("info", "--check")
    assert run.status == 1
    assert "words.txt is damaged" in run.err
