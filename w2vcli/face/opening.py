"""``w2vcli.load``: a model that is there, else one that is made of vectors in a file or of the catalogue."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.errors import OutputExists
from w2vcli.face.model import Model
from w2vcli.face.saving import text_of
from w2vcli.face.telling import PythonReporter, speaking
from w2vcli.models.facts import read_facts
from w2vcli.models.housekeeping import require_place
from w2vcli.models.registry import find_model, path_for_new, require_writable, suggested_name
from w2vcli.models.source_names import is_source, split_source

if TYPE_CHECKING:
    from w2vcli.models.formats.blocks import ReadOptions


@speaking
def load(
    model: str | PathLike[str] | None = None,
    *,
    output: str | PathLike[str] | None = None,
    limit: int | None = None,
    vocabulary: str | PathLike[str] | None = None,
    encoding: str = "utf-8",
    encoding_errors: str = "strict",
    trust_pickle: bool = False,
    skip_bad_rows: bool = False,
    force: bool = False,
) -> Model:
    """Open a model, or make one of vectors in a file or of the catalogue, as ``w2v load`` does, and open that.

    >>> import w2vcli as w2v
    >>> w2v.load("english").similar("king", topn=1)[0].word
    'queen'

    ``model`` is the name or the path of a model; without one it is ``$W2V_MODEL``, else the default model. If it is a
    file of vectors, such as ``glove.6B.50d.txt``, or a name of ``w2v load --list``, such as ``google-news``, a model is
    made of it once, called ``output`` or by its own name, and the next call opens that. A ``Path`` is always a path.

    How a file is read is said by the other arguments, which are the flags of ``w2v load``. ``force`` makes the model
    again.

    Raises
    ------
    w2vcli.errors.BadModel
        If there is neither a model nor a file nor a name in the catalogue, or the model is damaged.
    w2vcli.errors.OutputExists
        If a file is to become a model, and one of other vectors has its name.
    w2vcli.errors.DamagedInput
        If the file has no known format, or breaks off.
    """
    named = None if model is None else text_of(model)
    is_there = named is None or path_for_new(named).is_dir()
    if named is None or not (is_source(named) or is_there or _is_pretrained(named)):
        return Model(find_model(named))  # or its error
    if is_there and output is None and not force:
        return Model(find_model(named))
    from w2vcli.models.formats.blocks import ReadOptions

    words = None if vocabulary is None else Path(vocabulary)
    reading = ReadOptions(limit, encoding, encoding_errors, words, trust_pickle, skip_bad_rows)
    return Model(_made_of(named, None if output is None else text_of(output), reading, force=force))


def _made_of(source: str, output: str | None, reading: ReadOptions, *, force: bool) -> Path:
    """Return where the model of some vectors is, after it was made if it was not there."""
    from w2vcli.models.loading import load_source

    _, member = split_source(Path(source))
    target = path_for_new(output or suggested_name(member or source))
    if target.is_dir() and not force:
        if not _is_of(target, source, reading.limit):
            raise OutputExists(f"{target} exists, and is of other vectors; give another output, or force=True")
        return target
    require_place(target, force=force)
    require_writable(target)
    load_source(source, target, reading, PythonReporter(), force=force)
    return target


def _is_of(target: Path, source: str, limit: int | None) -> bool:
    """Tell whether a model was made of these vectors, as far as that can be known without reading them."""
    made = read_facts(target).source
    if made.get("limit") != limit:
        return False
    if not is_source(source):
        from w2vcli.models.catalogue import find_pretrained

        return bool(made.get("origin") == find_pretrained(source).url)
    file = split_source(Path(source))[0]
    is_newer = file.stat().st_mtime_ns > (target / "model.json").stat().st_mtime_ns
    return bool(made.get("origin") == str(Path(source).absolute())) and not is_newer


def _is_pretrained(name: str) -> bool:
    from w2vcli.errors import UnknownPretrained
    from w2vcli.models.catalogue import find_pretrained

    try:
        return bool(find_pretrained(name))
    except UnknownPretrained:
        return False
