"""The recipes of docs/serve.md, each run as it stands there: they find what w2v finds."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import ROOT, TOY, MakeModel, W2v, require

RECIPES = re.findall(
    r"^```(sql|python)\n(.*?)^```$", (ROOT / "docs" / "serve.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
SQL = [code for language, code in RECIPES if language == "sql"]  # tests of PostgreSQL ask these
PYTHON = [code for language, code in RECIPES if language == "python"]
OTHERS = [f"word{number}" for number in range(60)]


def packages(code: str) -> list[str]:
    """Return the packages that a recipe imports."""
    return [found[1] for found in re.finditer(r"^(?:import|from) (\w+)", code, re.MULTILINE)]


@pytest.fixture
def expected(make_model: MakeModel, w2v: W2v) -> list[str]:
    """Make a model called english, and return the neighbours of a word in it."""
    words = [*TOY, *OTHERS]
    make_model(words, np.random.default_rng(0).normal(size=(len(words), 12)), "english")
    return [row[0] for row in w2v("similar", "girl", "-m", "english", "--format", "tsv").rows]


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: packages(code)[0])
def test_recipes_for_parquet_find_what_w2v_finds(w2v: W2v, expected: list[str], code: str) -> None:
    for package in ("pyarrow", *packages(code)):
        require(package)
    assert w2v("convert", "english", "english.parquet").status == 0
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(*neighbours)"], capture_output=True, check=False, text=True, timeout=600
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == expected


def test_each_recipe_is_of_another_database() -> None:
    assert [packages(code)[0] for code in PYTHON] == ["duckdb", "lancedb", "pyarrow", "numpy"]
