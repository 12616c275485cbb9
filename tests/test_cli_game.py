"""The game: guess a secret word by similarity and rank."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, running, unix_only
from w2vcli.lessons.guessing import Game, choose_secret
from w2vcli.models.directory import Model

ENGLISH = [f"{'abcdefghij'[at // 10]}{'klmnopqrst'[at % 10]}word" for at in range(100)]


@pytest.fixture
def words(make_model: MakeModel) -> Model:
    """A hundred words in the plane, at angles that grow by a degree: the neighbours of each are those beside it."""
    angles = np.radians(np.arange(100))
    return make_model(ENGLISH, np.stack([np.cos(angles), np.sin(angles)], axis=1), name="words")


def play(w2v: W2v, lines: str, *more: object) -> list[list[str]]:
    run = w2v("game", *more, stdin=lines)
    assert run.status == 0, run.err
    return run.rows


def test_a_guess_has_its_cosine_and_its_rank(w2v: W2v, words: Model) -> None:
    game = Game(words, 50)
    assert (game.guess(ENGLISH[50]).rank, game.guess(ENGLISH[50]).is_right) == (0, True)
    near, far = game.guess(ENGLISH[47]), game.guess(ENGLISH[0])
    assert near.similarity == pytest.approx(np.cos(np.radians(3)))
    assert near.rank in {5, 6}  # the sixth neighbour is as near on the other side
    assert far.rank == 99
    assert game.guess(ENGLISH[47]) is near
    assert game.best is not None and game.best.word == ENGLISH[50]


def test_the_rank_ends_behind_a_thousand(make_model: MakeModel) -> None:
    angles = np.radians(np.arange(1200) / 10)
    model = make_model([f"w{at}" for at in range(1200)], np.stack([np.cos(angles), np.sin(angles)], axis=1))
    game = Game(model, 0)
    assert game.guess("w1000").rank == 1000
    assert game.guess("w1001").rank is None


def test_a_pipe_plays_too(w2v: W2v, words: Model) -> None:
    run = w2v(
        "game", "--secret", stdin=f"{ENGLISH[50]}\n{ENGLISH[0]}\nnone\n{ENGLISH[0].upper()}\n{ENGLISH[50]}\nmore\n"
    )
    assert [row[:2] for row in run.rows] == [["1", ENGLISH[0]], ["1", ENGLISH[0]], ["2", ENGLISH[50]]]
    assert run.rows[-1][2:] == ["1.0", "0"]
    assert run.status == 1  # a line of it was no word
    assert "line 3: not in the vocabulary: none" in run.err
    assert f"{ENGLISH[50]} it is: 2 guesses, 0 hints." in run.err
    found = w2v("game", "--secret", "--json", stdin=f"{ENGLISH[50]}\n{ENGLISH[50]}\n").json
    assert found == [{"guess": 1, "word": ENGLISH[50], "similarity": 1.0, "rank": 0}]


def test_a_hint_is_nearer_than_the_best_guess_and_in_the_end_the_first_letter(w2v: W2v, words: Model) -> None:
    game = Game(words, 50)
    before = game.guess(ENGLISH[0])
    for _ in range(20):
        nearer = game.hint()
        if nearer is None:
            break
        now = game.guess(nearer)
        assert now.similarity > before.similarity
        before = now
    assert before.rank == 1 and game.hint() is None
    assert game.beginning() == ENGLISH[50][0]
    lines = f"{ENGLISH[50]}\n:hint\n:힌트\n:list\n?\n:포기\n{ENGLISH[0]}\n"
    run = w2v("game", "--secret", stdin=lines)
    assert (run.status, run.rows) == (0, [])
    assert run.err.count("Hint: ") == 2
    assert f"The word was {ENGLISH[50]}." in run.err
    assert "Nearest words: " in run.err


def test_of_a_hangul_syllable_the_first_consonant_is_told(make_model: MakeModel) -> None:
    model = make_model(["소녀", "소년", "까치", "ㅋㅋ", "은"], np.eye(5))
    assert [Game(model, row).beginning() for row in range(3)] == ["ㅅ", "ㅅ", "ㄲ"]
    assert {choose_secret(model, str(seed)) for seed in range(60)} == {0, 1, 2}


def test_the_day_chooses_the_secret_and_a_seed_in_its_place(w2v: W2v, words: Model) -> None:
    days = {choose_secret(words, f"2026-11-{day:02}") for day in range(1, 31)}
    assert len(days) > 15
    assert choose_secret(words, "2026-11-28") == choose_secret(words, "2026-11-28")
    first = w2v("game", "--seed", 7, stdin=":give-up\n").err
    assert first == w2v("game", "--seed", 7, stdin=":give-up\n").err
    assert first != w2v("game", "--seed", 8, stdin=":give-up\n").err


def test_a_secret_is_a_frequent_word_but_no_function_word_name_or_number(make_model: MakeModel) -> None:
    words = [*(f"the{'abcdefghij'[at]}" for at in range(10)), "1900", "Peter", "new_york", "no", "gift", "tree"]
    rare = [f"x{'abcdefghijklmnopqrstuvwxyz'[at % 26]}{'abcd'[at // 26]}rare" for at in range(84)]
    counts = np.array([1000] * 16 + [3] * 84)
    model = make_model(words + rare, np.random.default_rng(0).normal(size=(100, 4)), counts=counts)
    found = {model.words[choose_secret(model, str(seed))] for seed in range(200)}
    assert {"gift", "tree"} <= found
    assert not found & {*words[:14]}


def test_a_model_without_such_words_is_told(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["1", "2", "A1"], np.eye(3), name="numbers")
    run = w2v("game", stdin="1\n")
    assert run.status == 2
    assert run.err == "Error: numbers has no word to guess: none is of lower-case letters alone\n"
    assert "not in the vocabulary: zebra" in w2v("game", "--secret", stdin="zebra\n").err


@unix_only
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked at in /proc")
@pytest.mark.usefixtures("words")
def test_nobody_sees_the_secret_among_the_processes() -> None:
    command = [sys.executable, "-m", "w2vcli", "game", "--secret"]
    with running(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{ENGLISH[50]}\n{ENGLISH[3]}\n")
        process.stdin.flush()
        process.stdout.readline(), process.stdout.readline()
        for name in ("cmdline", "environ"):
            assert ENGLISH[50].encode() not in Path(f"/proc/{process.pid}/{name}").read_bytes()
        process.stdin.close()
        assert process.wait(30) == 0


def test_lines_fit_a_narrow_terminal(w2v: W2v, words: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    from w2vcli.cli.learn.game import _print_guess

    game = Game(words, 50)
    for columns in (80, 40):
        monkeypatch.setenv("COLUMNS", str(columns))
        import click
        from click.testing import CliRunner

        @click.command()
        def shown() -> None:
            for at in (0, 47, 50):
                _print_guess(game, game.guess(ENGLISH[at]))

        lines = CliRunner().invoke(shown).output.splitlines()
        assert lines and all(len(line) <= columns for line in lines)
        assert ("█" in "".join(lines)) == (columns == 80)
