"""Replaces models while others ask them: ``python -m tests.replace_models --minutes 5``.

Two processes put models A, B and C in the place of one again and again, by ``load --force`` and ``train --force``; one
deletes its index. Others ask it all the time: by the command, in shells, and from Python. Each answer has to be that of
a model that was there; an error or a false warning ends it with exit status 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

_SIZES = {"A": (400, 16), "B": (900, 16), "C": (400, 32)}
_COMMAND = [sys.executable, "-m", "w2vcli"]
_ASKED = ("w3", "w7")


def _write(folder: Path, name: str) -> Path:
    words, size = _SIZES[name]
    rng = np.random.default_rng(ord(name))
    order = rng.permutation(words)  # so that a row of one model is another word in the next
    rows = (f"w{number} {' '.join(f'{value:.4f}' for value in rng.normal(size=size))}\n" for number in order)
    path = folder / f"{name}.txt"
    path.write_text(f"{words} {size}\n{''.join(rows)}")
    return path


def _write_corpus(folder: Path) -> Path:
    rng = np.random.default_rng(9)
    lines = (" ".join(f"w{number}" for number in rng.integers(60, size=12)) for _ in range(400))
    path = folder / "corpus.txt"
    path.write_text("\n".join(lines))
    return path


def _run(*arguments: object) -> str:
    done = subprocess.run([*_COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return done.stdout


def _loads(target: Path, sources: list[Path]) -> list[list[object]]:
    return [["load", source, "-o", target, "--force", "-q"] for source in sources]


def _trains(target: Path, corpus: Path) -> list[list[object]]:
    settings = ["--vector-size", 8, "--epochs", 1, "--workers", 1, "--no-held-out", "--engine", "gensim"]
    return [["train", corpus, "-o", target, "--force", "-q", "--seed", seed, *settings] for seed in (1, 2)]


def _replace(commands: list[list[object]], stop: Event, counts: Any) -> None:
    number = 0
    while not stop.is_set():
        try:
            _run(*commands[number % len(commands)])
        except RuntimeError as error:
            counts.put(("error", f"replacing: {error}"))
        number += 1
        counts.put(("replaced", ""))


def _delete_index(target: Path, stop: Event, counts: Any) -> None:
    while not stop.is_set():
        shutil.rmtree(target / "index", ignore_errors=True)
        counts.put(("index deleted", ""))
        time.sleep(0.05)


def _ask_by_command(target: Path, known: set[str], stop: Event, counts: Any) -> None:
    questions = [["similar", _ASKED[0]], ["analogy", *_ASKED, "-", "w11"]]
    number = 0
    while not stop.is_set():
        question = questions[number % 2]
        number += 1
        done = subprocess.run([*_COMMAND, *question, "-m", target], capture_output=True, text=True, check=False)
        _judge(done.stdout, known, done.stderr if done.returncode else "", counts)


def _ask_in_python(target: Path, known: set[str], stop: Event, counts: Any) -> None:
    from w2vcli.models.directory import open_model_directory
    from w2vcli.queries.search import most_similar

    while not stop.is_set():
        try:
            found = [
                [one.word, round(one.similarity, 7)] for one in most_similar(open_model_directory(target), [_ASKED[0]])
            ]
            _judge(json.dumps(found), known, "", counts)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault to tell
            _judge("", known, repr(error), counts)


def _ask_by_gensim(target: Path, known: set[str], stop: Event, counts: Any) -> None:
    import w2vcli

    while not stop.is_set():
        try:
            keyed = w2vcli.open_model(target)
            found = [[word, round(float(score), 4)] for word, score in keyed.most_similar(_ASKED[1])]
            _judge(json.dumps(found), known, "", counts)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault to tell
            _judge("", known, repr(error), counts)


def _judge(found: str, known: set[str], error: str, counts: Any) -> None:
    if error:
        counts.put(("error", error))
    elif found in known:
        counts.put(("right", ""))
    else:
        counts.put(("false", found))


def _known(target: Path, commands: list[list[object]]) -> tuple[set[str], set[str], set[str]]:
    """Return the right answers of each model, as the three ways to ask give them, with nothing else going on."""
    import w2vcli
    from w2vcli.models.directory import open_model_directory
    from w2vcli.queries.search import most_similar

    by_command, in_python, by_gensim = set(), set(), set()
    for command in commands:
        _run(*command)
        by_command |= {
            _run("similar", _ASKED[0], "-m", target),
            _run("analogy", *_ASKED, "-", "w11", "-m", target),
        }
        model = open_model_directory(target)
        in_python.add(json.dumps([[one.word, round(one.similarity, 7)] for one in most_similar(model, [_ASKED[0]])]))
        similar = w2vcli.open_model(target).most_similar(_ASKED[1])
        by_gensim.add(json.dumps([[word, round(float(score), 4)] for word, score in similar]))
    return by_command, in_python, by_gensim


def main() -> int:
    """Run the campaign; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    minutes = parser.parse_args().minutes
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["W2V_HOME"] = str(folder / "home")
        target = folder / "model.w2v"
        loads = _loads(target, [_write(folder, model) for model in _SIZES])
        trains = _trains(target, _write_corpus(folder))
        by_command, in_python, by_gensim = _known(target, [*loads, *trains])
        stop = multiprocessing.Event()
        counts: Any = multiprocessing.Queue()
        work: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
            (_replace, (loads, stop, counts)),
            (_replace, (trains, stop, counts)),
            (_delete_index, (target, stop, counts)),
            (_ask_by_command, (target, by_command, stop, counts)),
            (_ask_in_python, (target, in_python, stop, counts)),
            (_ask_in_python, (target, in_python, stop, counts)),
            (_ask_by_gensim, (target, by_gensim, stop, counts)),
        ]
        processes = [multiprocessing.Process(target=act, args=arguments) for act, arguments in work]
        for process in processes:
            process.start()
        tally = _tally(processes, counts, stop, minutes)
    sys.stdout.write(f"{', '.join(f'{number:,} {what}' for what, number in tally.items())}\n")
    return 1 if tally["false"] or tally["error"] else 0


def _tally(processes: list[Any], counts: Any, stop: Event, minutes: float) -> Counter[str]:
    """Count what the processes tell for so many minutes, and print what is wrong."""
    tally: Counter[str] = Counter(right=0, false=0, error=0)
    end = time.monotonic() + 60 * minutes
    while any(process.is_alive() for process in processes) or not counts.empty():
        if time.monotonic() > end:
            stop.set()
        if counts.empty():
            time.sleep(0.05)
            continue
        what, details = counts.get()
        tally[what] += 1
        if details and tally[what] < 10:
            sys.stderr.write(f"{what}: {details}\n")
    return tally


if __name__ == "__main__":
    sys.exit(main())
