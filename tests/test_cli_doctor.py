"""``w2v doctor``: what is there, what is missing, and what brings it."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli import checkup


def rows_of(w2v: W2v) -> dict[str, dict[str, str]]:
    run = w2v("doctor", "--json")
    assert run.err == ""
    return {row["check"]: row for row in run.json}


def test_it_finds_what_these_tests_run_with(w2v: W2v) -> None:
    assert w2v("doctor").status == 0
    rows = rows_of(w2v)
    assert rows["Python"]["found"].startswith("3.")
    assert rows["system"]["found"] == platform.platform()
    assert rows["font: Latin"]["found"] == "DejaVu Sans"
    assert rows["gensim"]["found"]
    assert rows["home"]["remedy"] == ""
    assert {"extra: korean", "extra: neural", "extra: umap"} <= set(rows)
    assert not {"extra: test", "extra: lint", "extra: all"} & set(rows)


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_what_is_missing_has_a_remedy(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "requires", lambda _: ["click>=8", "no-such-package>=1; extra == 'moon'"])
    rows = rows_of(w2v)
    assert rows["font: Hangul"] == {
        "check": "font: Hangul",
        "found": "-",
        "remedy": rows["font: Hangul"]["remedy"],
    }
    assert rows["font: Hangul"]["remedy"].startswith("pip install koreanize-matplotlib, or the font NanumGothic (")
    assert "Noto Sans Thai" in rows["font: Thai"]["remedy"]
    assert rows["extra: moon"]["remedy"] == "python -m pip install 'w2vcli[moon]'"


def test_a_home_that_cannot_be_written_makes_the_exit_status_1(
    w2v: W2v, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "file" / "home"))
    run = w2v("doctor", "--json")
    assert run.status == 1
    (home,) = (row for row in run.json if row["check"] == "home")
    assert (home["found"], home["remedy"]) == ("-", "export W2V_HOME=FOLDER, one that you may write to")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can make a file")
def test_a_home_in_which_no_file_can_be_made_is_found_whatever_its_permissions_say(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("W2V_HOME", "/proc/home")
    rows = {row["check"]: row["found"] for row in w2v("doctor", "--json").json}
    assert (rows["home"], rows["cache"]) == ("-", "-")
