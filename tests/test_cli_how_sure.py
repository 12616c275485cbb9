"""Commands that ask say how sure they are: in columns, marks and one note where there are variants, else in advice."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal
from tests.test_models_variants import add_variants
from w2vcli.models.directory import Model
from w2vcli.queries.intervals import spread_of

WORDS = ["king", "queen", "man", "woman", "odd"]
NEAR = np.array([[1, 0, 0], [0.9, 0.2, 0], [0.8, 0, 0.3], [0.7, 0.3, 0.3], [-0.5, 0.2, 0.9]])
FAR = NEAR[[0, 4, 1, 2, 3]]  # the odd word is near, and queen is the odd one
COUNTS = [500, 400, 300, 20, 7]
MEANS = "low to high: 95 % interval for other documents of the same kind"


@pytest.fixture
def varied(make_model: MakeModel) -> Model:
    """A default model. Queen is near king in two of its five variants."""
    model = make_model(WORDS, NEAR, counts=COUNTS)
    add_variants(model, [NEAR, NEAR * [1, 1.1, 1], FAR * [1, 1, 1.1], FAR, FAR * [1, 1.1, 1]])
    return model


def cosines_of(model: Model, first: str, second: str) -> list[float]:
    """Return the cosine of two words in each variant."""
    found = []
    for number in range(1, 6):
        units = np.load(model.path / "variants" / f"{number}.npy").astype(np.float64)
        a, b = units[WORDS.index(first)], units[WORDS.index(second)]
        found.append(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
    return found


def for_the_eye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_FOR_THE_EYE", "1")


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("similar king", "word similarity low high again count"),
        ("analogy king woman - man", "word similarity low high again first count"),
        ("analogy king woman - man --method 3cosmul", "word score low high again first count"),
        ("similarity king queen", "word1 word2 similarity low high"),
        ("odd king queen odd", "word similarity low high first"),
    ],
)
def test_columns_in_a_pipe_in_json_and_without_variants(w2v: W2v, varied: Model, question: str, columns: str) -> None:
    run = w2v(*shlex.split(question))
    assert (run.status, run.err) == (0, "")
    assert run.out.splitlines()[0].split("\t") == columns.split()
    found = w2v(*shlex.split(question), "--json")
    assert list(found.json[0]) == columns.split()
    assert [[str(value) for value in row.values()] for row in found.json] == run.rows
    without = w2v(*shlex.split(question), "--no-variants")
    shutil.rmtree(varied.path / "variants")
    assert without == w2v(*shlex.split(question))
    assert run.rows[0][:2] == without.rows[0][:2]


def test_values_are_those_of_the_variants(w2v: W2v, varied: Model) -> None:
    spread = spread_of(np.array(cosines_of(varied, "king", "queen")), -1, 1)
    [row] = w2v("similarity", "king", "queen", "--json").json
    assert (row["low"], row["high"]) == pytest.approx((spread.low, spread.high), abs=1e-6)
    [first, *_] = w2v("similar", "king", "-n", 1, "--json").json
    assert (first["word"], first["again"], first["count"]) == ("queen", 0.4, 400)
    assert (first["low"], first["high"]) == (row["low"], row["high"])
    odd = w2v("odd", "king", "queen", "man", "odd", "--json").json
    assert {row["word"]: row["first"] for row in odd} == {"odd": 0.4, "queen": 0.6, "king": 0.0, "man": 0.0}


def test_batches_have_errors_in_between(w2v: W2v, varied: Model) -> None:
    run = w2v("similar", "-", "-n", 1, stdin="king\nkingg\n\nqueen king\n")
    assert run.status == 1
    assert run.err == "Error: line 2: not in the vocabulary: kingg; did you mean king?\n"
    assert run.rows[0] == ["king", *w2v("similar", "king", "-n", 1).rows[0]]
    assert run.rows[1] == ["queen king", *w2v("similar", "queen", "king", "-n", 1).rows[0]]
    pairs = w2v("similarity", "-", stdin="king queen\nking\nman odd\n")
    assert pairs.status == 1
    assert pairs.rows == [
        ["king queen", *w2v("similarity", "king", "queen").rows[0]],
        ["man odd", *w2v("similarity", "man", "odd").rows[0]],
    ]


@pytest.mark.usefixtures("varied")
def test_what_comes_again_in_fewer_than_half_is_marked_for_the_eye(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    for_the_eye(monkeypatch)
    run = w2v("similar", "king", "-n", 2)
    lines = run.out.splitlines()
    assert lines[0].split() == ["word", "similarity", "low", "high", "again", "count"]
    assert [re.sub(r" *-?\d\.\d+", " N", line) for line in lines[1:]] == [
        "queen N N N N ?    400",
        "man N N N N      300",
    ]
    assert lines[1].split()[4:6] == ["0.40", "?"]
    assert [len(number) for number in lines[2].split()[1:5]] == [6, 4, 4, 4]
    assert run.err == f"{MEANS}, where neighbours are less similar on average; ?: in fewer than half of 5 variants\n"
    run = w2v("similar", "king", "-n", 4)  # all words there are
    assert "?" not in run.out
    assert run.err == f"{MEANS}, where neighbours are less similar on average\n"


@pytest.mark.usefixtures("varied")
def test_only_the_answer_of_an_analogy_is_marked_if_it_is_seldom_the_first(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_the_eye(monkeypatch)
    question = ["analogy", "king", "woman", "-", "man"]
    shares = [row["first"] for row in w2v(*question, "--json").json]
    first, *others = (line.rsplit(None, 1)[0] for line in w2v(*question).out.splitlines()[1:])
    assert shares[0] < 0.5 and first.endswith(f"{shares[0]:.2f} ?")
    assert not any(line.endswith("?") for line in others)
    run = w2v("odd", "king", "queen", "man", "odd")
    assert [line[-6:] for line in run.out.splitlines()[1:]] == ["0.40 ?", "  0.00", "  0.60", "  0.00"]
    assert run.err == f"{MEANS}; ?: in fewer than half of 5 variants\n"
    assert w2v("odd", "king", "man", "odd").err == f"{MEANS}\n"


@pytest.mark.usefixtures("varied")
def test_the_note_comes_once_and_neither_in_a_pipe_nor_if_quiet(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "king\nqueen\nwoman\n"
    assert w2v("similar", "-", stdin=lines).err == ""
    assert w2v("shell", stdin=lines).err == ""
    for_the_eye(monkeypatch)
    assert w2v("similar", "-", stdin=lines).err.count("\n") == 1
    assert w2v("shell", stdin=lines + ":odd king queen odd\n").err.count("\n") == 1
    assert w2v("similar", "-", "-q", stdin=lines).err == ""
    assert w2v("similar", "king", "--no-variants").err == ""
    assert w2v("similar", "king", "--json").err == ""
    assert w2v("similar", "king", "--lang", "ko").err.startswith("하한~상한: 같은 종류의 다른 문서에서")


@pytest.mark.usefixtures("varied")
def test_what_is_noise_is_dim_where_there_is_colour() -> None:
    shown = on_a_terminal("similar", "king", "-n", "1")
    assert shown.splitlines()[1].startswith("\x1b[2m")
    plain = on_a_terminal("similar", "king", "-n", "1", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "?" in plain


@pytest.mark.usefixtures("varied")
def test_the_shell_has_the_columns_of_the_commands(w2v: W2v) -> None:
    asked = {
        "king": "similar king",
        ":similar king man": "similar king man",
        "king + woman - man": "analogy king woman - man",
        ":similarity king queen": "similarity king queen",
        ":odd king queen odd": "odd king queen odd",
    }
    for line, question in asked.items():
        assert w2v("shell", stdin=f"{line}\n").out == w2v(*shlex.split(question)).out
        without = w2v("shell", "--no-variants", stdin=f"{line}\n").out
        assert without == w2v(*shlex.split(question), "--no-variants").out


def test_the_shell_asks_the_variants_of_the_model_that_it_has_changed_to(
    w2v: W2v, varied: Model, make_model: MakeModel
) -> None:
    make_model(["a", "b"], [[1, 1], [1, 2]], name="other")
    run = w2v("shell", "-n", 1, stdin=f"a\n:model {varied.path}\nking\n:model other\na\n")
    headings = [line.split("\t") for line in run.out.splitlines() if line.startswith("word")]
    assert ["again" in heading for heading in headings] == [False, True, False]


def _truncate(folder: Path) -> None:
    (folder / "3.npy").write_bytes((folder / "3.npy").read_bytes()[:-1])


def _reshape(folder: Path) -> None:
    np.save(folder / "2.npy", np.ones((5, 2), dtype="<f2"))


def _remove(folder: Path) -> None:
    (folder / "5.npy").unlink()


def _no_json(folder: Path) -> None:
    (folder / "variants.json").write_text("no JSON")


def _wrong_json(folder: Path) -> None:
    made = json.loads((folder / "variants.json").read_text())
    (folder / "variants.json").write_text(json.dumps(made | {"units": "many"}))


@pytest.mark.parametrize("damage", [_truncate, _reshape, _remove, _no_json, _wrong_json])
@pytest.mark.parametrize(
    "command",
    [
        ["similar", "king"],
        ["similarity", "king", "man"],
        ["shell"],
        ["plot", "king", "man", "woman", "-o", "p.svg", "--force"],
        ["features", "king", "--axis", "gender=man:woman", "--intervals"],
    ],
    ids=lambda command: command[0],
)
def test_damaged_variants_are_one_line_that_says_what_to_do(
    w2v: W2v, varied: Model, damage: object, command: list[str]
) -> None:
    damage(varied.path / "variants")  # type: ignore[operator]
    run = w2v(*command, stdin="king\n")
    *_, last = run.err.splitlines()  # before it, features warns of an axis of one pair
    assert (run.status, run.out, run.err.count("Error: ")) == (1, "", 1)
    assert last.startswith("Error: ")
    assert " is damaged: " in last
    advice = f"make the variants again with: w2v stability {varied.path} --again, or leave them out with --no-variants"
    assert run.err.endswith(f"; {advice}\n")
    assert w2v(*command, "--no-variants", stdin="king\n").status == 0


def test_variants_of_other_vectors_or_too_few_are_not_used_and_that_is_told(w2v: W2v, make_model: MakeModel) -> None:
    model = make_model(WORDS, NEAR, counts=COUNTS)
    plain = w2v("similar", "king")
    add_variants(model, [NEAR] * 4)
    few = w2v("similar", "king", "-m", "toy")
    why = "there are 4, and 5 are needed"
    assert few == (0, plain.out, f"the variants are not used, since {why}; make them with: w2v stability toy\n")
    add_variants(model, [NEAR] * 5)
    file = model.path / "variants" / "variants.json"
    file.write_text(file.read_text().replace(model.facts.sha256["vectors.npy"], "0" * 64))
    other = w2v("shell", stdin="king\nqueen\n")
    why = "they are of other vectors"
    assert other.err == f"the variants are not used, since {why}; make them with: w2v stability toy\n"
    assert w2v("similar", "king", "-q") == (0, plain.out, "")
    assert w2v("similar", "king", "--no-variants") == plain


TEXT = "the king and the queen went to the hill\na man met a woman and a boy\n" * 200 + "a dragon and a knight\n" * 9
TRAIN = "--min-count 1 --epochs 1 --vector-size 4 --workers 1 --sample 0 -q"


@pytest.fixture
def trained(w2v: W2v) -> Path:
    """A default model of 3,445 words, among which dragon and knight are rare."""
    text = Path("text.txt")
    text.write_text(TEXT)
    run = w2v("train", text, "-o", "./my tales.w2v", *TRAIN.split())
    assert run.status == 0, run.err
    return text


@pytest.mark.usefixtures("trained")
def test_advice_on_a_rare_word_is_told_once_and_works(w2v: W2v) -> None:
    told = "dragon was seen rarely (count 9), so the answer is unsure; how unsure is shown after: w2v stability "
    for question in ("similar dragon", "analogy dragon king - queen", "similarity king dragon", "odd a the dragon"):
        run = w2v(*shlex.split(question), "-m", "./my tales.w2v")
        assert (run.status, run.err) == (0, f"{told}'./my tales.w2v'\n")
        assert w2v(*shlex.split(question), "-q").err == ""
        assert w2v(*shlex.split(question), "--no-variants").err == ""
    assert w2v("similar", "king", "queen").err == ""
    for command in ("similar", "analogy"):
        run = w2v(command, "-", stdin="king\ndragon\ndragon\nknight\n")
        assert run.err == f"{told}{shlex.quote(str(Path('my tales.w2v').absolute()))}\n"
    assert w2v("shell", stdin="king\ndragon\nknight\ndragon + a - the\n").err.count("w2v stability") == 1
    advised = shlex.split(run.err.rsplit(": w2v ", 1)[1])
    done = w2v(*advised, "-q", "--variants", 5)
    assert done.status == 0, done.err
    run = w2v("similar", "dragon")
    assert "again" in run.out
    assert run.err == ""


def test_no_advice_that_would_not_work(w2v: W2v, trained: Path, make_model: MakeModel) -> None:
    assert "stability" in w2v("similar", "dragon").err
    w2v("train", trained, "--start-from", "./my tales.w2v", "-o", "./twice.w2v", "--epochs", 1, "-q")
    assert w2v("similar", "dragon", "-m", "./twice.w2v").err == ""
    Path("toy.txt").write_text(TEXT[:3000] + "a dragon\n")
    assert w2v("train", "toy.txt", "-o", "./short.w2v", *TRAIN.split()).status == 0
    assert w2v("similar", "dragon", "-m", "./short.w2v").err == ""
    assert w2v("train", "-", "-o", "./stdin.w2v", *TRAIN.split(), stdin=TEXT).status == 0
    assert w2v("similar", "dragon", "-m", "./stdin.w2v").err == ""
    trained.unlink()
    assert w2v("similar", "dragon", "-m", "./my tales.w2v").err == ""
    make_model(WORDS, NEAR, counts=COUNTS)  # loaded vectors
    assert w2v("similar", "odd").err == ""


def test_without_variants_none_of_their_modules_is_imported(make_model: MakeModel) -> None:
    make_model(WORDS, NEAR, counts=COUNTS)
    code = (
        "import sys; from w2vcli.cli.main import cli\n"
        "try: cli(['similar', 'king'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if 'variant' in name or 'how_sure' in name or 'intervals' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
