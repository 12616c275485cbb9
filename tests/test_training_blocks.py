"""Training in blocks from files into files, by machines that come in any order, twice, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.blocks import run_of, simulate
from tests.conftest import require
from tests.test_training_engines import make_text
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadSettings
from w2vcli.models.directory import open_model_directory
from w2vcli.reporting import Silent
from w2vcli.training.engines.block_files import BlockMachine
from w2vcli.training.engines.blocks_engine import Machines, Method, train_in_blocks
from w2vcli.training.engines.spark_engine import spark_engine
from w2vcli.training.engines.table import engine_for
from w2vcli.training.engines.task import Cluster, Epoch, State, Task
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.train import resume_training, train_model
from w2vcli.training.unfinished import path_of_unfinished
from w2vcli.training.vocabulary import make_vocabulary

SETTINGS = Settings(vector_size=13, min_count=1, sample=0.05, epochs=2, workers=1)
Arrays = dict[str, npt.NDArray[np.float32]]


class Here:
    """Machines in this process: one after the other, or backwards and each twice, until so many calls are done."""

    def __init__(self, folder: Path, *, backwards: bool = False, calls: int = 1000) -> None:
        self._folder, self._backwards, self.left = folder, backwards, calls

    def __call__(self, method: Method, calls: Sequence[tuple[int, ...]]) -> list[int]:
        machine = BlockMachine(self._folder)
        found = {}
        for call in [*reversed(calls), *calls] if self._backwards else calls:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            found[call] = getattr(machine, method)(*call)
        return [found[call] for call in calls]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "t"
    path.write_text("\n".join(" ".join(sentence) for sentence in make_text(45_000)))
    return path


@pytest.fixture(scope="module")
def task(source: Path) -> Task:
    corpus = read_corpus([str(source)], source.parent, Reading("whitespace"), Silent())
    return Task(
        text=hold_out(all_sentences(corpus), SETTINGS),
        vocabulary=make_vocabulary(all_sentences(corpus), SETTINGS),
        settings=SETTINGS,
        paths=None,
        epochs=2,
        state=None,
        done=0,
        on_epoch=lambda _: None,
        advance=lambda _: None,
        status=lambda _: None,
    )


@pytest.fixture(scope="module")
def simulated(task: Task) -> Arrays:
    return simulate(run_of("3x2"), task.text, task.vocabulary, SETTINGS)[0]


def train(task: Task, folder: Path, machines: Machines, found: list[Epoch] | None = None) -> list[Epoch]:
    """Return the epochs behind those that are ``found`` already, with their arrays as they were."""
    found = [] if found is None else found

    def keep(epoch: Epoch) -> None:
        arrays = {name: array.copy() for name, array in epoch.state.arrays.items()}
        found.append(replace(epoch, state=State(arrays)))

    train_in_blocks(replace(task, on_epoch=keep), Cluster(None, folder, 3, 2), machines)
    return found


def require_same(found: Arrays, expected: Arrays) -> None:
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, name)


@pytest.mark.parametrize("backwards", [False, True])
def test_machines_train_what_the_simulation_does(
    task: Task, simulated: Arrays, tmp_path: Path, backwards: bool
) -> None:
    folder = tmp_path / "machines"
    epochs = train(task, folder, Here(folder, backwards=backwards))
    assert [epoch.done for epoch in epochs] == [0, 1, 2]
    assert [epoch.fed for epoch in epochs[1:]] == [task.text.words] * 2
    require_same(epochs[-1].state.arrays, simulated)
    assert (epochs[0].state.arrays["vectors"] != epochs[1].state.arrays["vectors"]).any()


# Of 24 calls in 4 segments: the first one, in a segment, between segments, between epochs, the last one.
@pytest.mark.parametrize("calls", [0, 4, 12, 15, 24, 47])
def test_what_is_interrupted_goes_on_to_the_same_bytes(
    task: Task, simulated: Arrays, tmp_path: Path, calls: int
) -> None:
    folder = tmp_path / "machines"
    epochs: list[Epoch] = []
    with pytest.raises(KeyboardInterrupt):
        train(task, folder, Here(folder, calls=calls), epochs)
    there = Here(folder)
    train(replace(task, state=epochs[-1].state, done=epochs[-1].done), folder, there, epochs)
    assert [epoch.done for epoch in epochs] == [0, 1, 2]
    assert 1000 - there.left == 48 - calls // 12 * 12  # no segment that is done is done again
    require_same(epochs[-1].state.arrays, simulated)
    whole = train(task, tmp_path / "whole", Here(tmp_path / "whole"))
    assert [epoch.trained for epoch in epochs] == [epoch.trained for epoch in whole]


def test_going_on_after_an_epoch_without_the_files_of_its_machines(
    task: Task, simulated: Arrays, tmp_path: Path
) -> None:
    first = train(task, tmp_path / "one", Here(tmp_path / "one"))[1]
    later = train(replace(task, state=first.state, done=1), tmp_path / "other", Here(tmp_path / "other"))
    assert [epoch.done for epoch in later] == [2]
    require_same(later[-1].state.arrays, simulated)


def test_little_is_left_in_the_folder(task: Task, tmp_path: Path) -> None:
    folder = tmp_path / "machines"
    train(task, folder, Here(folder))
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["epoch-2", "round-3-2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sg": 0}, "leave --sg 0 out"),
        ({"hs": 1, "negative": 0}, "leave --hs 1 out"),
        ({"model_type": "fasttext"}, "trains no fastText"),
    ],
)
def test_what_blocks_cannot_do_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        engine_for("spark", replace(SETTINGS, **changes), 0)  # type: ignore[arg-type]


def test_vectors_that_are_to_stay_are_refused(task: Task, tmp_path: Path) -> None:
    fixed = np.ones(len(task.vocabulary.words), bool)
    with pytest.raises(BadSettings, match="leave --frozen out"):
        train(replace(task, fixed=fixed), tmp_path, Here(tmp_path))
    with pytest.raises(BadSettings, match="take --engine numba"):
        spark_engine(task)


def test_spark_trains_the_same_bytes_and_goes_on_where_it_was_stopped(
    source: Path, task: Task, simulated: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One session of Spark for both: a training that is stopped in its second segment, and one that goes on."""
    require("pyspark")
    from w2vcli.spark.session import open_session, require_java

    try:
        require_java()
    except Exception as error:  # noqa: BLE001 - it says what is missing
        pytest.skip(str(error))
    plan = TrainingPlan((str(source),), Reading("whitespace"), SETTINGS, "spark", on="local[2]", blocks=3, segments=2)
    target = tmp_path / "m.w2v"
    with open_session("local[2]", tmp_path):
        from w2vcli.training.engines import spark_engine as engine

        done, on_machines = [], engine._on_machines

        def stop(*given: object) -> list[int]:
            done.append(given)
            if len(done) == 6:
                raise KeyboardInterrupt
            return on_machines(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(engine, "_on_machines", stop)
        with pytest.raises(KeyboardInterrupt):
            train_model(plan, target, None, Silent(), force=False)
        assert (path_of_unfinished(target) / "machines" / "done.json").exists()
        _, receipt = resume_training(target, Silent(), force=False)
    assert len(done) == 6 + 12
    model = open_model_directory(target)
    require_same({"vectors": model.vectors[:]}, {"vectors": simulated["vectors"]})
    assert receipt.trained is not None
    assert receipt.total == 2 * 45_000
    assert not path_of_unfinished(target).exists()
