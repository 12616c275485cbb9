"""``w2v stability``: a table by counts, and what is said when it ends early."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal
from tests.test_interruptions import pytestmark, start, wait_for  # noqa: F401 - a fixture
from tests.test_models_variants import add_variants, noisy
from tests.test_training_train import planted
from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file
from w2vcli.measure.stability import stability_by_count
from w2vcli.models import variants
from w2vcli.models.directory import Model
from w2vcli.models.registry import find_model
from w2vcli.models.variants import VariantsFolder, VariantsMade, open_variants
from w2vcli.queries.intervals import SPREAD
from w2vcli.queries.search import most_similar
from w2vcli.reporting import FOR_THE_EYE

TRAIN = ("-o", "m", "--epochs", 2, "--vector-size", 4, "--workers", 1, "-q")


@pytest.fixture
def counted(make_model: MakeModel) -> Model:
    """A model of 60 words with counts from 3 to 2,000, and six variants."""
    vectors = np.random.default_rng(2).normal(size=(60, 8))
    counts = [2000, 1000, *[500] * 8, *[60] * 20, *[30] * 10, *[7] * 15, *[3] * 5]
    model = make_model([f"단어{number}" for number in range(60)], vectors, counts=counts)
    add_variants(model, noisy(model, 6, 0.4))
    return model


def test_the_share_that_comes_again_is_that_of_all_words_of_a_class(counted: Model) -> None:
    opened = open_variants(counted)
    found = stability_by_count(counted, opened, 5, seed=1)
    assert [(each.least, each.most, each.words) for each in found] == [
        (1, 4, 5),
        (5, 19, 15),
        (20, 49, 10),
        (50, 199, 20),
        (200, 999, 8),
        (1000, None, 2),
    ]
    shares, similarities = [], []
    for word in list(counted.words)[:2]:
        nearest = most_similar(counted, [word], topn=5)
        similarities += [each.similarity for each in nearest]
        for variant in opened:
            there = {each.word for each in most_similar(variant, [word], topn=5)}
            shares.append(len(there.intersection(each.word for each in nearest)) / 5)
    assert found[-1].again == pytest.approx(np.mean(shares))
    assert found[-1].similarity == pytest.approx(np.mean(similarities))
    assert found[-1].mean < found[-1].similarity


def test_the_mean_is_that_of_the_variants_where_intervals_are_as_wide_as_can_be(counted: Model) -> None:
    before = stability_by_count(counted, open_variants(counted), 5, seed=1)
    add_variants(counted, noisy(counted, 6, 0.4), units=1)
    after = stability_by_count(counted, open_variants(counted), 5, seed=1)
    assert [each.mean for each in after] == [each.mean for each in before]
    assert all(each.half_width > 0.9 > one.half_width for each, one in zip(after, before, strict=True))


def test_words_without_neighbours_are_left_out(make_model: MakeModel) -> None:
    model = make_model(["a", "b", "zero"], [[1, 2], [2, 1], [0, 0]], counts=[30, 20, 10])
    add_variants(model, noisy(model))
    found = stability_by_count(model, open_variants(model), 10, seed=1)
    assert [(each.least, each.words) for each in found] == [(20, 2)]
    alone = make_model(["a"], [[1, 2]], counts=[30])
    add_variants(alone, noisy(alone))
    assert stability_by_count(alone, open_variants(alone), 10, seed=1) == []


def test_a_program_gets_the_bounds_of_a_class_and_the_eye_one_column(w2v: W2v, counted: Model) -> None:
    columns = ["least", "most", "words", "again", "similarity", "mean", "half_width"]
    arguments = ("stability", "--variants", 6)
    run = w2v(*arguments)
    assert run.out.splitlines()[0].split("\t") == columns
    assert [row[:3] for row in run.rows][-2:] == [["200", "999", "8"], ["1000", "", "2"]]
    assert run.err == "6 variants with --epochs 3; 60 whole documents are weighted\n"
    as_json = w2v(*arguments, "--json").json
    assert list(as_json[0]) == columns
    assert as_json[-1]["most"] is None
    assert w2v(*arguments, "-q").err == ""
    wide = click.unstyle(on_a_terminal("stability", "--variants", "6")).splitlines()
    assert wide[0] == "count    words  again  similarity  mean"
    assert [line.split()[0] for line in wide[1:]] == ["1–4", "5–19", "20–49", "50–199", "200–999", "1,000–"]
    narrow = click.unstyle(on_a_terminal("stability", "--variants", "6", columns=40))
    assert max(map(len, narrow.splitlines())) <= 40


def test_sentences_say_what_the_columns_mean_of_the_rarest_words_that_were_not_seen_very_seldom(
    w2v: W2v, counted: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOR_THE_EYE, "1")
    found = stability_by_count(counted, open_variants(counted), 4, seed=1)[2]
    run = w2v("stability", "--variants", 6, "-n", 4)
    assert run.err.splitlines()[1:] == [
        f"So of the 4 nearest words of a word seen 20 to 49 times, about {4 * found.again:.1f} come again in a variant,"
        " and fewer in other documents.",
        f"There their similarity would be about {found.mean:.2f}, not {found.similarity:.2f}, and of one of them 95 of"
        f" 100 times within {found.mean:.2f} ± {found.half_width:.2f}.",
    ]
    korean = w2v("stability", "--variants", 6, "--lang", "ko")
    assert "따라서 20~49번 나온 단어와 가장 비슷한 단어 10개 가운데" in korean.err
    assert "다시 나옴" in korean.out


def test_a_model_is_trained_again_and_knows_how_sure_it_is(w2v: W2v) -> None:
    assert w2v("train", planted(Path("t.txt")), *TRAIN).status == 0
    run = w2v("stability", "--variants", 5)
    assert run.status == 0
    assert "training variants: " in run.err
    assert run.err.endswith("5 variants with --epochs 2; 36 blocks of 500 words or more are weighted\n")
    assert {"low", "high", "again"} < w2v("similar", "cat", "--json").json[0].keys()
    more = w2v("stability", "--variants", 6)
    assert "5 of 6 variants are there and stay\n" in more.err
    assert w2v("info", "--check").status == 0
    text = w2v("info", "--methods").out
    assert "repeated as 6 variants with 2 epochs, the seeds 2 to 7, and random weights for 36 blocks of" in text
    assert "For a word in n blocks, they are multiplied by √((n + 1) / (n - 1))" in text
    t_of_five_degrees = 2.570582
    assert f"± {t_of_five_degrees * SPREAD:.2f} of their standard deviations (95 %, Student's t with 5 degrees" in text
    assert "@article{rubin1981bayesian," in text
    assert "@article{antoniak2018evaluating," in text
    assert "변형 6개" in w2v("info", "--methods", "--lang", "ko").out
    assert w2v("rerun", "m", "-o", "again", "-q").status == 0
    assert VariantsFolder(find_model("again")).read() is None


def test_what_was_trained_before_a_kill_is_kept(
    start: Callable[..., subprocess.Popen[bytes]],  # noqa: F811
    w2v: W2v,
) -> None:
    train = ("-o", "m", "--epochs", 30, "--vector-size", 8, "--workers", 1, "-q")
    assert w2v("train", planted(Path("t.txt")), *train).status == 0
    path = find_model("m")
    process = start("stability", "m", "--variants", 200)
    wait_for(path, "variants/1.npy")
    process.kill()
    process.communicate(timeout=600)
    made = VariantsFolder(path).read()
    assert made is not None
    count = max(5, len(made.sha256) + 1)
    assert w2v("stability", "m", "--variants", count, "-q").status == 0
    now = VariantsFolder(path).read()
    assert now is not None
    assert now.sha256[: len(made.sha256)] == made.sha256
    assert len(now.sha256) == count
    assert w2v("info", "--check").status == 0
    assert list(path.glob(".*")) == []


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    assert w2v("train", planted(Path("t.txt")), *TRAIN).status == 0
    path, add = find_model("m"), VariantsFolder.add

    def interrupted_at(at: int) -> Callable[..., VariantsMade]:
        def add_or_interrupt(self: VariantsFolder, made: VariantsMade, vectors: Float32s) -> VariantsMade:
            if len(made.sha256) == at:
                raise KeyboardInterrupt
            return add(self, made, vectors)

        return add_or_interrupt

    monkeypatch.setattr(VariantsFolder, "add", interrupted_at(0))
    run = w2v("stability", "--variants", 5, "-q")
    assert (run.status, run.err) == (130, "\nInterrupted; what was there before is unchanged.\n")
    moved = Path("t.txt").rename("moved.txt")
    monkeypatch.setattr(VariantsFolder, "add", interrupted_at(2))
    run = w2v("stability", "--variants", 5, "-q", "--text", moved)
    assert run.err.endswith(f"go on with: w2v stability {path} --variants 5 --text moved.txt\n")
    moved.rename("t.txt")
    monkeypatch.setattr(VariantsFolder, "add", interrupted_at(3))
    run = w2v("stability", "--variants", 5, "--again", "-q")
    assert run.status == 130
    assert run.err == f"\nInterrupted; 3 of 5 variants are kept; go on with: w2v stability {path} --variants 5\n"
    monkeypatch.undo()
    assert w2v("stability", path, "--variants", 5, "-q").status == 0


def test_an_error_of_the_disk_says_what_is_kept(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    assert w2v("train", planted(Path("t.txt")), *TRAIN).status == 0
    path = find_model("m")

    def full(file: Path, *, force: bool) -> object:
        if file.name == "3.npy":
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        return new_file(file, force=force)

    monkeypatch.setattr(variants, "new_file", full)
    run = w2v("stability", "--variants", 5, "-q")
    assert run.status == 1
    assert run.err == (
        f"2 of 5 variants are kept; go on with: w2v stability {path} --variants 5\n"
        f"Error: {path / 'variants' / '3.npy'}: No space left on device\n"
    )
