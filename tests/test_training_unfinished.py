"""What is kept of a training under way, and how it is gone on with."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, Run, W2v, make_pipe, require, running
from tests.gensim_oracle import TRAINER, train_quickly
from tests.test_training_train import planted
from w2vcli import atomic
from w2vcli.corpus.reading import Reading
from w2vcli.errors import UnfinishedTraining
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.models.runs import EpochWords
from w2vcli.sealing import SEAL, seal, sha256_of
from w2vcli.training.engines.task import Epoch, State, Task
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.progress import TrainingProgress
from w2vcli.training.settings import Settings
from w2vcli.training.unfinished import Unfinished, begin, find_unfinished, path_of_unfinished, read_plan, resume

SETTINGS = ("--epochs", 4, "--vector-size", 8, "--workers", 1, "-q")
RANDOM = {"keys": [1, 2], "position": 3, "has_gauss": 0, "gauss": 0.0}
PROGRESS = TrainingProgress([EpochWords(5, 1, 2, 3)], [1.25], 0.5)
Break = Callable[..., Run]


class Stop(Exception):
    """What ends a training in these tests."""


def make_plan(*sources: str) -> TrainingPlan:
    return TrainingPlan(sources or ("/t.txt",), Reading(stop_words=("the", "a")), Settings(vector_size=3, seed=7))


def state() -> State:
    rng = np.random.default_rng(1)
    return State({name: rng.random((2, 3), dtype=np.float32) for name in ("vectors", "syn1neg")}, RANDOM)


def make_corpus(unfinished: Unfinished, words: str = "a b a b") -> None:
    """Do what comes before the first epoch."""

    def make(folder: Path) -> None:
        (folder / "words.txt").write_text(words)
        seal(folder)

    unfinished.corpus_folder(make)
    unfinished.seal()


def interrupted(target: Path, plan: TrainingPlan, *, epochs: int = 1) -> Path:
    """Leave a training behind that was interrupted after so many epochs; return where it is kept."""
    with pytest.raises(Stop), begin(target, plan, force=False) as unfinished:
        make_corpus(unfinished)
        for _ in range(epochs):
            unfinished.save(state(), PROGRESS)
        raise Stop
    return path_of_unfinished(target)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "m.w2v"


@pytest.fixture
def broken_off(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Run a training that is interrupted, as by Ctrl-C, once two epochs are done."""

    def breaking(task: Task) -> None:
        def on_epoch(epoch: Epoch) -> None:
            task.on_epoch(epoch)
            if epoch.done == 2:
                raise KeyboardInterrupt

        train_quickly(replace(task, on_epoch=on_epoch))

    def run(*arguments: object, stdin: str = "") -> Run:
        with monkeypatch.context() as patch:
            patch.setattr(TRAINER, breaking)
            found = w2v("train", *arguments, stdin=stdin)
        assert found.status == 130
        return found

    return run


@pytest.fixture
def text() -> Path:
    return planted(Path("t.txt"))


def vectors(name: str) -> bytes:
    return (find_model(name) / "vectors.npy").read_bytes()


# --- what is kept


def test_what_an_epoch_left_is_read_as_it_was_written(target: Path) -> None:
    plan = make_plan("/t.txt", "-", "https://example.org/t")
    interrupted(target, plan)
    assert read_plan(target) == plan
    with resume(target, force=False) as unfinished:
        assert unfinished.plan == plan
        found, progress = unfinished.load()
    assert found is not None
    assert progress == PROGRESS
    assert found.random == RANDOM
    assert found.arrays.keys() == state().arrays.keys()
    for name, array in state().arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)


def test_an_epoch_takes_the_place_of_the_one_before(target: Path) -> None:
    path = interrupted(target, make_plan(), epochs=3)
    assert sorted(file.name for file in path.iterdir()) == ["corpus", "epoch", "plan.json", SEAL]
    assert sorted(file.name for file in (path / "epoch").iterdir()) == [
        "progress.json",
        SEAL,
        "syn1neg.npy",
        "vectors.npy",
    ]


def test_before_the_first_epoch_is_done_nothing_is_left(target: Path) -> None:
    path = interrupted(target, make_plan(), epochs=0)
    assert not path.exists()
    with begin(target, make_plan(), force=False) as unfinished:
        assert unfinished.load() == (None, TrainingProgress())


def test_a_path_that_is_no_utf8_is_kept(target: Path) -> None:
    plan = make_plan(os.fsdecode(b"/b\xe4r.txt"))
    interrupted(target, plan)
    assert read_plan(target) == plan


def test_the_text_is_read_once(target: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "x").write_text("1")
        seal(folder)

    with pytest.raises(Stop), begin(target, make_plan(), force=False) as unfinished:
        assert (unfinished.corpus_folder(make) / "x").read_text() == "1"
        unfinished.seal()
        unfinished.save(state(), PROGRESS)
        raise Stop
    with resume(target, force=False) as unfinished:
        assert (unfinished.corpus_folder(make) / "x").read_text() == "1"
    assert len(made) == 1


def test_a_text_that_could_not_be_read_is_not_there(target: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "x").write_text("1")
        raise Stop

    with begin(target, make_plan(), force=False) as unfinished:
        with pytest.raises(Stop):
            unfinished.corpus_folder(fail)
        assert sorted(file.name for file in unfinished.path.iterdir()) == ["plan.json"]


def test_the_model_that_is_gone_on_with_is_kept_even_if_it_is_deleted(target: Path, make_model: MakeModel) -> None:
    model = make_model(["a", "b"], [[1, 2], [3, 4]], name="old").path
    with begin(target, replace(make_plan(), start_from=str(model)), force=False) as unfinished:
        words = (model / "words.txt").read_bytes()
        shutil.rmtree(model)
        assert unfinished.start is not None
        assert (unfinished.start / "words.txt").read_bytes() == words
    with begin(target, make_plan(), force=False) as unfinished:
        assert unfinished.start is None


# --- beginning anew and going on


def test_what_was_interrupted_after_an_epoch_is_not_begun_anew_unless_forced(target: Path) -> None:
    path = interrupted(target, make_plan())
    before = {file: file.read_bytes() for file in path.rglob("*.*")}
    with pytest.raises(UnfinishedTraining, match="of m was interrupted after epoch 1; --resume goes on with it"):  # noqa: SIM117
        with begin(target, make_plan(), force=False):
            raise AssertionError
    assert {file: file.read_bytes() for file in path.rglob("*.*")} == before
    with begin(target, make_plan("/other.txt"), force=True) as unfinished:
        assert unfinished.load() == (None, TrainingProgress())
        assert json.loads((path / "plan.json").read_text())["plan"]["sources"] == ["/other.txt"]


@pytest.mark.parametrize("left", [[], ["plan.json"], ["corpus/x"], ["plan.json", "corpus/x", ".epoch.1/vectors.npy"]])
def test_what_was_killed_before_an_epoch_was_done_is_begun_anew(target: Path, left: list[str]) -> None:
    path = path_of_unfinished(target)
    path.mkdir(parents=True)
    for name in left:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text("{")
    with pytest.raises(UnfinishedTraining, match="there is no unfinished training of m; begin one without --resume"):
        read_plan(target)
    with begin(target, make_plan(), force=False) as unfinished:
        assert [file.name for file in unfinished.path.iterdir()] == ["plan.json"]


def test_a_training_that_is_going_on_is_not_begun_nor_resumed(target: Path) -> None:
    with begin(target, make_plan(), force=False) as unfinished:
        make_corpus(unfinished)
        unfinished.save(state(), PROGRESS)
        for force in (False, True):
            with pytest.raises(UnfinishedTraining, match="another process is training m"):  # noqa: SIM117
                with begin(target, make_plan(), force=force):
                    raise AssertionError
        with pytest.raises(UnfinishedTraining, match="another process is training m"), resume(target, force=False):
            raise AssertionError
        assert unfinished.load()[1] == PROGRESS
    with resume(target, force=False) as unfinished:
        unfinished.remove()
    assert not path_of_unfinished(target).exists()


def test_a_token_of_spark_is_used_and_not_kept(tmp_path: Path) -> None:
    plan = replace(make_plan(), on="sc://host:15002/;token=secret;user_id=me")
    with begin(tmp_path / "m.w2v", plan, force=False) as unfinished:
        assert unfinished.plan == plan
        assert "sc://host:15002/" in (kept := (unfinished.path / "plan.json").read_text())
        assert "secret" not in kept


def test_the_lock_of_another_process_holds_and_ends_with_it(w2v: W2v, text: Path, broken_off: Break) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    lock = Path(os.environ["W2V_HOME"]) / "models" / ".m.unfinished.w2v-lock"
    code = (
        "import sys, pathlib, w2vcli.locks\n"
        "with w2vcli.locks.locked(pathlib.Path(sys.argv[1]), wait=True): print(1, flush=True); input()"
    )
    with running([sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
        for arguments in (("--resume",), ("--resume", "-o", "m"), (text, "-o", "m", "--force", *SETTINGS)):
            run = w2v("train", *arguments)
            assert (run.status, run.err) == (1, "Error: another process is training m\n")
        other.kill()
    assert lock.exists()
    assert w2v("train", "--resume", "-q").status == 0
    assert not lock.exists()


def test_a_model_that_another_program_has_open_is_replaced_later(
    w2v: W2v, text: Path, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which renames no folder of which a file is open."""
    model, rename = make_model(["earlier"], [[1, 2]], name="m").path, Path.rename

    def refusing(path: Path, other: Path) -> Path:
        if path == model:
            raise PermissionError(errno.EACCES, "Access is denied")
        return rename(path, other)

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "_swap", lambda *_: False)
        patched.setattr(Path, "rename", refusing)
        run = w2v("train", text, "-o", "m", "--force", *SETTINGS[:-1])
    assert run.status == 1
    assert run.err.endswith(
        f"Error: {model} cannot be replaced (Access is denied): another program may have a file of it open\n"
    )
    assert "--resume goes on" in run.err
    assert w2v("vector", "earlier", "-m", "m").status == 0
    assert w2v("train", "--resume", "-q").status == 0
    assert w2v("vector", "cat", "-m", "m").status == 0
    assert [path.name for path in model.parent.iterdir()] == ["m.w2v"]


def test_the_latest_unfinished_training_is_found(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedTraining, match="there is no training to go on with in"):
        find_unfinished(tmp_path)
    for number, name in enumerate(["b", "c.d", "a"]):
        path = interrupted(tmp_path / f"{name}.w2v", make_plan())
        os.utime(path / "plan.json", (number, number))
    assert find_unfinished(tmp_path) == tmp_path / "a.w2v"
    os.utime(tmp_path / "c.d.unfinished" / "plan.json", (9, 9))
    assert find_unfinished(tmp_path) == tmp_path / "c.d.w2v"
    shutil.rmtree(tmp_path / "c.d.unfinished" / "epoch")
    assert find_unfinished(tmp_path) == tmp_path / "a.w2v"


# --- damage

FILES = [
    "plan.json",
    SEAL,
    *(f"corpus/{name}" for name in ("corpus.json", "counts.int64", "files.jsonl", "sentence-ends.int64", SEAL)),
    *(f"corpus/{name}" for name in ("tokens.int32", "words.txt", "document-ends.int64", "file-ends.int64")),
    *(f"corpus/{name}" for name in ("text-ends.int64", "text-lengths.uint32")),
    *(f"epoch/{name}" for name in ("progress.json", SEAL, "syn1neg.npy", "vectors.npy")),
]
AGAIN = "; train again with --force, without --resume"


def damage(file: Path, how: str) -> None:
    """Change the lowest bit of a byte in the middle, cut the last byte off, or put something else in its place."""
    data = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how == "pipe":
        make_pipe(file)
    elif how == "link to nothing":
        file.symlink_to("nothing")
    elif how != "missing":
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes({"cut": data[:-1], "flipped": flipped, "empty": b"", "no JSON": b"{"}[how])


@pytest.mark.parametrize("name", FILES)
def test_no_damaged_file_is_gone_on_with(
    w2v: W2v, home: Path, text: Path, broken_off: Break, tmp_path: Path, name: str
) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    path = home / "models" / "m.unfinished"
    shutil.copytree(path, tmp_path / "whole")
    files = {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}
    assert files == {*FILES}
    for how in ("flipped", "cut", "empty", "no JSON", "missing", "folder", "pipe", "link to nothing"):
        damage(path / name, how)
        run = w2v("train", "--resume", "-o", "m")
        assert (run.status, run.out) == (1, ""), how
        [error] = [line for line in run.err.splitlines() if line.startswith("Error: ")]
        assert Path(name).name in error, how
        assert error.endswith(AGAIN), how
        assert not (home / "models" / "m.w2v").exists()
        shutil.rmtree(path)
        shutil.copytree(tmp_path / "whole", path)
    assert w2v("train", "--resume", "-q").status == 0


def test_what_is_advised_helps(w2v: W2v, home: Path, text: Path, broken_off: Break) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    path = home / "models" / "m.unfinished"
    damage(path / "epoch" / "vectors.npy", "flipped")
    for arguments in (("--resume",), ("--resume", "--force"), (text, "-o", "m", *SETTINGS)):
        run = w2v("train", *arguments)
        assert (run.status, run.err.endswith(f"{AGAIN}\n")) == (1, True)
    assert w2v("train", text, "-o", "m", "--force", *SETTINGS).status == 0
    w2v("train", text, "-o", "whole", *SETTINGS)
    assert vectors("m") == vectors("whole")


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_in_the_place_of_the_folder_is_replaced(w2v: W2v, home: Path, text: Path, kind: str) -> None:
    path = home / "models" / "m.unfinished"
    path.parent.mkdir()
    path.write_text("") if kind == "file" else path.symlink_to("nothing")
    assert w2v("train", "--resume", "-o", "m").status == 1
    assert w2v("train", text, "-o", "m", *SETTINGS).status == 0


@pytest.mark.parametrize("part", ["corpus", "epoch", "plan.json", SEAL])
def test_parts_of_another_training_are_refused(w2v: W2v, home: Path, text: Path, broken_off: Break, part: str) -> None:
    """Each is whole, but they do not belong together."""
    models = home / "models"
    broken_off(text, "-o", "other", *SETTINGS, "--seed", 2)
    Path("u.txt").write_text(text.read_text().replace("cat", "dog"))
    broken_off("u.txt", "-o", "m", *SETTINGS)
    aside, here = models / "aside", models / "m.unfinished" / part
    here.rename(aside)
    (models / "other.unfinished" / part).rename(here)
    run = w2v("train", "--resume", "-o", "m")
    assert (run.status, run.err.endswith(f"{AGAIN}\n")) == (1, True)


def hostile(value: object) -> list[object]:
    return [value, None, -1, 10**30, [], {}, "x", [[]], "\ud800"]


@pytest.mark.parametrize("field", ["progress", "random", "arrays", "rest_sha256"])
@pytest.mark.parametrize("value", hostile({"vectors": [1, 2]}), ids=repr)
def test_hostile_progress_that_is_sealed_is_refused(
    w2v: W2v, home: Path, text: Path, broken_off: Break, field: str, value: object
) -> None:
    if field == "random" and (value is None or isinstance(value, dict)):
        require("gensim")  # our own engine has no such state, and heeds none
    broken_off(text, "-o", "m", *SETTINGS)
    epoch = home / "models" / "m.unfinished" / "epoch"
    found = json.loads((epoch / "progress.json").read_text())
    (epoch / "progress.json").write_text(json.dumps(found | {field: value}))
    seal(epoch)
    run = w2v("train", "--resume", "-o", "m")
    assert (run.status, run.err.splitlines()[-1][:7]) == (1, "Error: ")


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("settings", "vector_size", 10**12),
        ("settings", "epochs", -1),
        ("settings", "workers", 0),
        ("settings", "alpha", float("nan")),
        ("settings", "sg", 7),
        ("settings", "model_type", "x"),
        ("settings", "more", 1),
        ("reading", "stop_words", 3),
        ("reading", "tokenizer", "x"),
        ("", "engine", "x"),
        ("", "sources", [1]),
    ],
)
def test_a_hostile_plan_that_is_sealed_is_refused(
    w2v: W2v, home: Path, text: Path, broken_off: Break, part: str, field: str, value: object
) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    path = home / "models" / "m.unfinished"
    found = json.loads((path / "plan.json").read_text())
    (found["plan"][part] if part else found["plan"])[field] = value
    (path / "plan.json").write_text(json.dumps(found))
    Unfinished(path, make_plan()).seal()
    progress = json.loads((path / "epoch" / "progress.json").read_text())
    (path / "epoch" / "progress.json").write_text(json.dumps(progress | {"rest_sha256": sha256_of(path / SEAL)}))
    seal(path / "epoch")
    run = w2v("train", "--resume", "-o", "m")
    assert run.status in {1, 2}
    assert run.err.splitlines()[-1].startswith("Error: ")
    assert not (home / "models" / "m.w2v").exists()


def test_another_version_of_w2v_does_not_go_on(
    w2v: W2v, home: Path, text: Path, broken_off: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    with monkeypatch.context() as patch:
        patch.setattr("w2vcli.training.unfinished.version", lambda name: "99")
        run = w2v("train", "--resume", "-o", "m")
    assert run.status == 1
    assert run.err.endswith("and this is w2v 99; go on with that one, or begin anew with --force\n")
    monkeypatch.setattr("llvmlite.binding.get_host_cpu_name", lambda: "abacus")
    run = w2v("train", "--resume", "-o", "m")
    assert (run.status, "it was begun with the processor" in run.err) == (0, True)


def test_a_training_that_an_earlier_version_left_is_told(w2v: W2v, home: Path, text: Path, broken_off: Break) -> None:
    """Which had no hashes."""
    broken_off(text, "-o", "m", *SETTINGS)
    for file in (home / "models" / "m.unfinished").rglob(SEAL):
        file.unlink()
    run = w2v("train", "--resume", "-o", "m")
    assert "is damaged, or of an earlier version of w2v: sha256.json is missing" in run.err


def test_a_model_that_is_damaged_is_not_gone_on_from(w2v: W2v, home: Path, text: Path) -> None:
    assert w2v("train", text, "-o", "m", *SETTINGS).status == 0
    for name in ("vectors.npy", "counts.npy", "words.txt", "training/syn1neg.npy"):
        shutil.copytree(find_model("m"), home / "models" / "d.w2v")
        damage(home / "models" / "d.w2v" / name, "flipped")
        run = w2v("train", "--start-from", "d", "-o", "n", "--epochs", 1)
        assert (run.status, f"d.w2v/{name} is damaged" in run.err) == (1, True)
        assert not list((home / "models").glob("n.*"))
        shutil.rmtree(home / "models" / "d.w2v")


# --- at the command line


def test_the_bytes_are_those_of_a_training_that_was_not_interrupted(w2v: W2v, text: Path, broken_off: Break) -> None:
    run = broken_off(text, "-o", "m", *SETTINGS[:-1])
    assert "2 of 4 epochs are kept; --resume goes on" in run.err
    run = w2v("train", "--resume", "--json")
    assert "going on after epoch 2 of 4" in run.err
    assert run.json[0]["model"] == "m"
    w2v("train", text, "-o", "whole", *SETTINGS)
    assert vectors("m") == vectors("whole")
    ((one,), (other,)) = (w2v("info", name, "--json").json[0]["training"] for name in ("m", "whole"))
    assert {name for name in one if one[name] != other[name]} <= {"started", "seconds"}
    assert len(one["loss"]) == 4


def test_it_may_be_interrupted_again_before_the_next_epoch(
    w2v: W2v, text: Path, broken_off: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(task: Task) -> None:
        raise KeyboardInterrupt

    broken_off(text, "-o", "m", *SETTINGS)
    with monkeypatch.context() as patch:
        patch.setattr(TRAINER, failing)
        run = w2v("train", "--resume")
        assert (run.status, "2 of 4 epochs are kept" in run.err) == (130, True)
    assert w2v("train", "--resume", "-q").status == 0
    w2v("train", text, "-o", "whole", *SETTINGS)
    assert vectors("m") == vectors("whole")


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        (("--vector-size", 9), "--vector-size 8"),
        (("--epochs", 5), "--epochs 4"),
        (("--workers", 2), "--workers 1"),
        (("--seed", 2), "--seed 1"),
        (("--no-held-out",), "--held-out True"),
        (("--lowercase",), "--lowercase False"),
        (("--tokenizer", "whitespace"), "--tokenizer unicode"),
    ],
    ids=str,
)
def test_other_settings_are_refused(
    w2v: W2v, home: Path, text: Path, broken_off: Break, given: tuple[object, ...], flag: str
) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    run = w2v("train", "--resume", *given)
    assert (run.status, run.out) == (2, "")
    name = flag.partition(" ")[0]
    assert run.err.splitlines()[-1] == f"Error: the training began with {flag}; leave {name} out to go on"
    assert (home / "models" / "m.unfinished" / "epoch").exists()
    assert not (home / "models" / "m.w2v").exists()


def test_the_same_settings_and_the_same_text_go_on(w2v: W2v, home: Path, text: Path, broken_off: Break) -> None:
    Path("stop.txt").write_text("the\na\n")
    settings = (*SETTINGS, "--stop-words", "stop.txt", "--window", 3, "--drop-numbers")
    broken_off(text, "-o", "m", *settings)
    run = w2v("train", text, "-o", "m", "--resume", *settings)
    assert run.status == 0
    assert [path.name for path in (home / "models").iterdir()] == ["m.w2v"]


def test_another_text_is_refused(w2v: W2v, text: Path, broken_off: Break) -> None:
    broken_off(text, "-o", "m", *SETTINGS)
    run = w2v("train", "other.txt", "-o", "m", "--resume")
    assert run.status == 2
    assert f"the training began with {text.absolute()}; leave CORPUS out" in run.err
    assert w2v("train", text, "-o", "m", "--resume", "-q").status == 0


def test_there_must_be_something_to_go_on_with(w2v: W2v, text: Path, broken_off: Break) -> None:
    run = w2v("train", "--resume")
    assert (run.status, "there is no training to go on with" in run.err) == (1, True)
    broken_off(text, "-o", "m", *SETTINGS)
    run = w2v("train", "--resume", "-o", "n")
    assert run.status == 1
    assert run.err == "Error: there is no unfinished training of n; begin one without --resume\n"


@pytest.mark.parametrize("name", ["t", "folder/m", "dotted.name"])
def test_the_name_or_path_of_the_model_finds_it(w2v: W2v, text: Path, broken_off: Break, name: str) -> None:
    broken_off(text, "-o", name, *SETTINGS)
    assert w2v("train", "--resume", "-o", name, "-q").status == 0
    assert len(list(open_model_directory(find_model(name)).words)) > 5


def test_what_came_from_standard_input_is_gone_on_with_after_it_is_gone(
    w2v: W2v, text: Path, broken_off: Break
) -> None:
    broken_off("-", "-o", "m", *SETTINGS, stdin=text.read_text())
    whole = w2v("train", "-", "-o", "whole", *SETTINGS, stdin=text.read_text())
    assert whole.status == 0
    assert w2v("train", "--resume", "-o", "m", "-q", stdin="").status == 0
    assert vectors("m") == vectors("whole")


def test_files_that_changed_or_are_gone_meanwhile_do_not_matter(w2v: W2v, text: Path, broken_off: Break) -> None:
    w2v("train", text, "-o", "whole", *SETTINGS)
    broken_off(text, "-o", "m", *SETTINGS)
    shutil.rmtree(Path(os.environ["W2V_HOME"]) / "cache")
    text.unlink()
    assert w2v("train", "--resume", "-q").status == 0
    assert vectors("m") == vectors("whole")


def test_training_on_is_gone_on_with_after_its_model_is_gone(w2v: W2v, text: Path, broken_off: Break) -> None:
    w2v("train", text, "-o", "old", *SETTINGS)
    w2v("train", "--start-from", "old", "-o", "whole", *SETTINGS)
    broken_off("--start-from", "old", "-o", "m", *SETTINGS)
    shutil.rmtree(find_model("old"))
    assert w2v("train", "--resume", "-o", "m", "-q").status == 0
    assert vectors("m") == vectors("whole")
    assert len(w2v("info", "m", "--json").json[0]["training"]) == 2


def test_an_earlier_model_is_replaced_only_if_that_was_wanted_in_the_beginning(
    w2v: W2v, text: Path, broken_off: Break
) -> None:
    w2v("train", text, "-o", "m", *SETTINGS, "--window", 1)
    earlier = vectors("m")
    broken_off(text, "-o", "m", "--force", *SETTINGS)
    assert vectors("m") == earlier
    assert w2v("train", "--resume", "-q").status == 0
    assert vectors("m") != earlier

    broken_off(text, "-o", "n", *SETTINGS)
    shutil.copytree(find_model("m"), find_model("m").with_name("n.w2v"))
    run = w2v("train", "--resume", "-o", "n", "-q")
    assert (run.status, "exists already" in run.err) == (5, True)
    assert vectors("n") == vectors("m")


@pytest.mark.parametrize("force", [(), ("--force",)], ids=str)
def test_after_a_kill_between_publishing_and_cleaning_up_only_that_is_left_to_do(
    w2v: W2v, home: Path, text: Path, monkeypatch: pytest.MonkeyPatch, force: tuple[str, ...]
) -> None:
    def killed(_: Unfinished) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Unfinished, "remove", killed)
        assert w2v("train", text, "-o", "m", *force, *SETTINGS).status == 130
    assert sorted(path.name for path in (home / "models").iterdir()) == ["m.unfinished", "m.w2v"]
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in find_model("m").rglob("*.*")}

    def again(_: Task) -> None:
        raise AssertionError

    monkeypatch.setattr(TRAINER, again)
    run = w2v("train", "--resume", "--json")
    assert run.status == 0
    assert run.json[0]["epochs"] == 4
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in find_model("m").rglob("*.*")} == before
    assert [path.name for path in (home / "models").iterdir()] == ["m.w2v"]
