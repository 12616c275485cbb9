"""What tests share: a home of their own, a runner, a toy model whose answers can be done by hand."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner
from hypothesis import settings

from tests import spoken
from tests.file_server import Server, serve
from w2vcli.cli.main import cli
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.registry import path_for_new, set_default
from w2vcli.speaking.language import choose_language
from w2vcli.views import fonts

# No test takes the clock as its judge. CI tries the same examples each time: a new one that fails tells nothing of the
# change at hand, and is found by `make fuzz` and by whoever runs the tests.
settings.register_profile("w2v", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("w2v")

ROOT = Path(__file__).parents[1]
REAL_DATA = Path(os.environ.get("W2V_TEST_DATA", ROOT.parent / "shared" / "data"))

# Axes: gender, royalty, food. boy has the direction of man, girl that of woman: ties.
TOY = {
    "man": (1, 0, 0),
    "woman": (-1, 0, 0),
    "king": (1, 1, 0),
    "queen": (-1, 1, 0),
    "boy": (2, 0, 0),
    "girl": (-2, 0, 0),
    "apple": (0, 0, 1),
    "orange": (0, 0.6, 0.8),
}

# What is asked of a shell or a device that Windows does not have.
unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shells and devices")


def require(package: str) -> None:
    """Skip a test where a package is not installed; it is not imported, which for Keras takes a backend."""
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")


class Run(NamedTuple):
    """What a command printed and ended with."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[list[str]]:
        """Standard output as tab-separated rows below their header."""
        return [line.split("\t") for line in self.out.splitlines()[1:]]


W2v = Callable[..., Run]
MakeModel = Callable[..., Model]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home and working folder, and no settings from outside."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("W2V_HOME", str(folder))
    colours = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
    own = (name for name in os.environ if name.startswith("W2V_") and not name.startswith(("W2V_HOME", "W2V_TEST_")))
    for variable in (*own, "LC_ALL", "LC_MESSAGES", *colours):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    choose_language(None)
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    return folder


@pytest.fixture(autouse=True)
def _all_is_translated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where something was told that has no Korean; see `tests.spoken`.

    Hostile input also brings out what libraries say, which changes with their versions.
    """
    spoken.LOST.clear()
    yield
    if request.path.name == "test_fuzz.py":
        return
    told = "\n".join(spoken.LOST)
    assert not told, f"write the Korean into messages.po (python -m tests.messages adds what is missing) of:\n{told}"


@pytest.fixture
def w2v() -> W2v:
    """Run a command in this process."""

    def run(*arguments: object, stdin: str | bytes = b"") -> Run:
        result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin, prog_name="w2v")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Run(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def process(home: Path) -> W2v:
    """Run a command in a process of its own."""

    def run(*arguments: object, stdin: str | bytes = b"", **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "w2vcli", *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=os.environ | environment,
            check=False,
            timeout=600,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def heeded_signals() -> Iterator[None]:
    """Let processes be interrupted that a test starts: under nohup and in the background they would ignore it."""
    heeded = [getattr(signal, name) for name in ("SIGHUP", "SIGINT") if hasattr(signal, name)]
    ignored = [number for number in heeded if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def make_model() -> MakeModel:
    """Write a model and make it the default one."""

    def make(
        words: Sequence[str], vectors: npt.ArrayLike, name: str = "toy", counts: Sequence[int] | None = None
    ) -> Model:
        array = np.asarray(vectors, dtype=np.float32).reshape(len(words), -1)
        path = path_for_new(name)
        with new_model(path, array.shape[1], force=True) as writer:
            writer.append(words, array, None if counts is None else np.array(counts))
            writer.finish(source={"kind": "test"})
        set_default(path)
        return open_model_directory(path)

    return make


@pytest.fixture
def toy(make_model: MakeModel) -> Model:
    """Eight words in three dimensions, the default model."""
    return make_model(list(TOY), list(TOY.values()))


@pytest.fixture
def only_matplotlibs_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a machine without any font but the one that comes with matplotlib."""
    monkeypatch.setattr(fonts, "_installed_fonts", lambda _: iter(()))
    monkeypatch.setattr(fonts, "_packaged", lambda _: "")


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve files on this machine."""
    with serve() as running:
        yield running


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Run a process beside the block. If the block fails, the process is killed: nobody would wait for it to end."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def on_a_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """Return what a command prints on a terminal."""
    controller, terminal = pytest.importorskip("pty", reason="Windows has no pseudo-terminals").openpty()
    with running(
        [sys.executable, "-m", "w2vcli", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"COLUMNS": str(columns), "TERM": "xterm"} | environment,
    ) as process:
        os.close(terminal)
        data = b""
        try:
            while chunk := os.read(controller, 4096):
                data += chunk
        except OSError:  # how Linux tells that the other end is closed
            pass
        assert process.wait(30) == 0
    os.close(controller)
    return data.decode().replace("\r\n", "\n")


def make_pipe(path: Path) -> None:
    """Make a named pipe, or skip the test where there are none."""
    if sys.platform == "win32":
        pytest.skip("Windows has no named pipes in folders")
    os.mkfifo(path)


def real_data(name: str) -> Path:
    """Return a file of the real data, or skip the test where it is absent."""
    path = REAL_DATA / name
    if not path.exists():
        pytest.skip(f"real data is not on this machine: {path} (set W2V_TEST_DATA)")
    return path


class Browser:
    """A browser without a window; the addresses that its pages ask for, and what went wrong in them."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium
        self._context = chromium.new_context(viewport={"width": 1280, "height": 800})
        self.requests: list[str] = []
        self.errors: list[str] = []

    def open(self, url: str) -> Any:
        """Open a page."""
        page = self._context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        return page

    def close(self) -> None:
        """Close all pages."""
        self._context.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start Debian's Chromium, once for all tests of a process."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    quiet = ("background-networking", "component-update", "sync", "quic", "gpu")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Browser]:
    """Open pages."""
    found = Browser(chromium)
    yield found
    found.close()
