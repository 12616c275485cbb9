"""The list of models: where they are, which one is the default.

Models live in ``$W2V_HOME/models``. Without that variable they live in the user's data folder. The file
``default-model`` beside ``models`` holds the path of the default model.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from w2vcli.atomic import new_file
from w2vcli.errors import BadSettings, MissingModel, UnknownPretrained, Unwritable
from w2vcli.inputs import STDIN
from w2vcli.reporting import Reporter

MODEL_VARIABLE = "W2V_MODEL"
_IS_WINDOWS = os.name == "nt"
# Devices are devices there with any ending: CON.w2v too.
_NO_NAME_ON_WINDOWS = re.compile(
    r'[<>:"|?*\x00-\x1f]|^(con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.|$)|[ .]$', re.IGNORECASE
)
_SUFFIX = ".w2v"
_preferred: list[str] = []  # by a file of settings
_ENDINGS = {".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".txt", ".bin", ".vec"}


def home() -> Path:
    """Return the folder that holds the models and the default: ``$W2V_HOME`` or the user's data folder."""
    chosen = os.environ.get("W2V_HOME")
    if chosen:
        return Path(chosen).absolute()
    from platformdirs import user_data_path

    return user_data_path("w2v")


def cache_folder() -> Path:
    """Return the folder of what can be made again: ``$W2V_HOME/cache``, or one in the user's folder for caches."""
    if os.environ.get("W2V_HOME"):
        return home() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("w2v")


def config_folder() -> Path:
    """Return the folder of the user's settings: ``$W2V_HOME``, or the user's folder for them."""
    if os.environ.get("W2V_HOME"):
        return home()
    from platformdirs import user_config_path

    return user_config_path("w2v")


def prefer_model(name: str | None) -> None:
    """Ask the model of this name where none is named, and no variable names one. None asks the default one again."""
    _preferred[:] = [name] if name else []


def is_named_elsewhere() -> bool:
    """Tell whether a variable or a file of settings names the model that is asked, whatever the default is."""
    return bool(os.environ.get(MODEL_VARIABLE) or _preferred)


def model_name(path: Path) -> str:
    """Return the name of the model in the directory ``path``."""
    return path.name.removesuffix(_SUFFIX)


def suggested_name(source: str) -> str:
    """Return the name of a model for which none is given: that of its file or folder, without endings.

    ``GoogleNews-vectors-negative300.bin.gz`` becomes ``GoogleNews-vectors-negative300``.
    """
    if source == STDIN:
        return "stdin"
    path = Path(source).absolute()
    while path.suffix in _ENDINGS:
        path = path.with_suffix("")
    return path.name


def model_paths() -> list[Path]:
    """Return the directories of all models at home, by name, and of the default one if it is elsewhere."""
    paths = sorted(path for path in (home() / "models").glob(f"*{_SUFFIX}") if (path / "model.json").exists())
    default = default_path()
    if default is not None and default not in paths and default.is_dir():
        paths.append(default)
    return paths


def _typed_name(path: Path) -> str:
    """Return what to type for the model in the directory ``path``: its name if it lives at home, else its path."""
    name = model_name(path)
    return name if path.parent == home() / "models" else str(path)


def path_for_new(name: str) -> Path:
    """Return where a model called ``name`` is to be written.

    A name, such as ``news``, lives at home. A path, such as ``./news`` or ``out/news.w2v``, is a path.

    Raises
    ------
    BadSettings
        If the name is empty, starts with a dot, or is none for a folder of this system.
    """
    base = Path(name).name
    if not base.removesuffix(_SUFFIX) or base.startswith("."):
        raise BadSettings(f"not a name for a model: {name!r}")
    if _IS_WINDOWS and (match := _NO_NAME_ON_WINDOWS.search(base)):
        raise BadSettings(f"not a name for a model: {name!r}; Windows has no folders with {match[0]!r} in that place")
    if is_path(name):
        path = Path(name).absolute()
        return path if path.name.endswith(_SUFFIX) else path.with_name(path.name + _SUFFIX)
    return home() / "models" / f"{name}{_SUFFIX}"


def find_model(name: str | None = None) -> Path:
    """Return the directory of a model: the one named, else ``$W2V_MODEL``, that of a file of settings, or the default.

    Raises
    ------
    MissingModel
        If there is no such model, or none at all.
    """
    wanted = name or os.environ.get(MODEL_VARIABLE) or next(iter(_preferred), None)
    if not wanted:
        default = default_path()
        if default is None:
            raise MissingModel("there is no model yet; make one with: w2v train CORPUS, or: w2v load SOURCE")
        if not default.is_dir():
            raise MissingModel(f"the default model {default} is gone; choose another with: w2v use NAME")
        return default
    path = path_for_new(wanted)
    if path.is_dir():
        return path
    if Path(wanted).is_file():
        raise MissingModel(f"{wanted} is a file, no model; make one of its vectors with: w2v load {wanted}")
    _refuse_pretrained(wanted)
    from difflib import get_close_matches

    names = list(map(_typed_name, model_paths()))
    meant = get_close_matches(wanted, names, n=1)
    hint = f"did you mean {meant[0]}?" if meant else f"there is: {', '.join(names)}"
    if not names:
        hint = "there is none; make one with: w2v train CORPUS, or: w2v load SOURCE"
    raise MissingModel(f"no model {f'at {path}' if is_path(wanted) else f'called {wanted}'}; {hint}")


def default_path() -> Path | None:
    """Return the directory of the default model, whether it is still there or not, or None if never set."""
    try:
        return Path(os.fsdecode((home() / "default-model").read_bytes().rstrip(b"\n")))
    except (FileNotFoundError, NotADirectoryError):
        return None


def set_default(path: Path) -> None:
    """Make the model in the directory ``path`` the default."""
    with new_file(home() / "default-model", force=True) as file:
        file.write(os.fsencode(path.absolute()) + b"\n")


def offer_default(path: Path, reporter: Reporter) -> bool:
    """Make the model in the directory ``path`` the default one, or warn that this cannot be, and tell which."""
    try:
        set_default(path)
    except OSError as error:
        reporter.warn(
            f"{model_name(path)} is not the default model, since {error.filename or home()} cannot be written "
            f"({error.strerror}); set W2V_HOME to a folder that can be, or name it: -m {path}"
        )
        return False
    return True


def require_writable(target: Path) -> None:
    """Refuse to begin what could not be written at ``target`` in the end.

    Raises
    ------
    Unwritable
        If its folder cannot be made, or nothing can be written there.
    """
    from tempfile import TemporaryFile

    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(b"\n")
    except OSError as error:
        at_home = "set W2V_HOME to a folder that can be, or " if folder == home() / "models" else ""
        raise Unwritable(
            f"{folder} cannot be written ({error.strerror}); {at_home}name another with -o, as in -o /tmp/{target.name}"
        ) from error


def _refuse_pretrained(name: str) -> None:
    """Raise `MissingModel` if no model, but vectors to download have this name, and say how large they are."""
    from w2vcli.models.catalogue import find_pretrained

    try:
        entry = find_pretrained(name)
    except UnknownPretrained:
        return
    raise MissingModel(f"no model called {name} yet; download its {entry.size} with: w2v load {name}")


def is_path(name: str) -> bool:
    """Tell whether a model is given by its path and not by its name."""
    return os.path.basename(name) != name or name.endswith(_SUFFIX)  # noqa: PTH119 - of ./m too
