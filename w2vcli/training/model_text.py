"""The way from a model back to the text that it was trained on, as token ids.

A model keeps where its files were, and their hashes. So the text is found again, or an error says which file has
changed or is gone. Text that has moved is named by who asks, and is known by its hashes::

    with open_text(model.path, model.facts, cache, reporter, ["/media/usb/novels"]) as text:
        text.corpus.ids
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from w2vcli.atomic import temporary_directory
from w2vcli.corpus.cache import cache_entry, read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus, FileRead, open_corpus, read_files
from w2vcli.corpus.kept_text import drop_kept
from w2vcli.corpus.known_files import read_known, stamps_of, write_known
from w2vcli.corpus.remote import is_remote
from w2vcli.corpus.sources import Source, find_sources, looks_binary
from w2vcli.errors import BadCorpus
from w2vcli.escaping import listed
from w2vcli.inputs import STDIN
from w2vcli.models.facts import Facts
from w2vcli.models.model_parts import TrainingFolder
from w2vcli.reporting import Reporter
from w2vcli.training.plans import TrainingPlan, plans_of
from w2vcli.training.source_hashes import changed_files


@dataclass(frozen=True)
class ModelText:
    """The text of the latest training of a model: its encoded corpus, and how it was read and trained on.

    ``files`` are those that the training read, by the paths where they are now. ``folder`` is where more is kept of
    the text: in the cache, if the corpus is there. ``scratch`` is a folder that is removed in the end.
    """

    corpus: EncodedCorpus
    plan: TrainingPlan
    files: list[FileRead]
    folder: Path
    scratch: Path


@contextmanager
def open_text(
    path: Path, facts: Facts, cache: Path | None, reporter: Reporter, moved_to: Sequence[str] = ()
) -> Iterator[ModelText]:
    """Yield the text of the latest training of the model at ``path``, from the cache if it is there.

    ``moved_to`` are the files and folders that hold the text now, if it is not where it was. Only those of their files
    count that the training read, by their hashes. A file that was hashed before is not hashed again, see
    `w2vcli.corpus.known_files`.

    Raises
    ------
    BadModel
        If the model was not trained here.
    BadCorpus
        If its text has changed, or cannot be read again.
    """
    plans = plans_of(facts, path)
    plan, was = plans[-1], read_files(TrainingFolder(path).sources(len(plans)))
    if not moved_to:
        _require_sources(plan)
    found = find_sources(moved_to or plan.sources)
    entry = None if cache is None else cache_entry(cache, was, plan.reading)
    if entry is not None and (known := _known(entry, found, was, exact=not moved_to)):
        with temporary_directory() as scratch:
            yield ModelText(open_corpus(entry), plan, _at(was, known), entry, scratch)
        return
    stamps = stamps_of([source.name for source in found if source.size is not None])
    if moved_to:
        names: Sequence[str] = _find_moved(was, moved_to, found)
        files = _at(was, names)
    else:
        require_same_text(plan, was)
        names, files = plan.sources, was
    with temporary_directory() as scratch:
        corpus = read_with_cache(names, scratch, plan.reading, cache, reporter)
        if entry is not None and entry.is_dir():
            paths = {str(Path(name).absolute()): one for name, one in stamps.items()}
            with suppress(OSError):  # a cache of others, or a full disk: the next question hashes again
                drop_kept(entry)  # nothing is known of it any more
                write_known(entry, {file.path: paths[file.path] for file in files})
        folder = entry if entry is not None and read_known(entry) else scratch
        yield ModelText(corpus, plan, files, folder, scratch)


def _at(was: Sequence[FileRead], paths: Sequence[str]) -> list[FileRead]:
    """Return files that were read, by the paths where they are now."""
    return [replace(file, path=str(Path(path).absolute())) for file, path in zip(was, paths, strict=True)]


def _known(entry: Path, found: Sequence[Source], was: Sequence[FileRead], *, exact: bool) -> list[str]:
    """Return the paths of the files that hold a text, if they are known to do so; if not, there are none.

    With ``exact`` there may be no other file. Else they are among those that were ``found``.
    """
    known = read_known(entry)
    paths = [str(Path(source.name).absolute()) for source in found if source.size is not None]
    fits = paths == [*known] if exact else known.keys() <= {*paths}
    if len(known) != len(was) or not fits or (exact and len(paths) != len(found)):
        return []
    return [*known] if stamps_of([*known]) == known else []


def require_same_text(plan: TrainingPlan, was: Sequence[FileRead]) -> None:
    """Raise `BadCorpus` if the files of a training are not what they were; the first three changes are named."""
    if STDIN in plan.sources:
        raise BadCorpus("the text came from standard input, which cannot be read again")
    sources = [source for source in find_sources(plan.sources) if source.size is not None]
    known = {file.path for file in was}
    # A new file in a folder counts if it would be read, which binary files are not.
    now = [
        _as_read(source) for source in sources if str(Path(source.name).absolute()) in known or _is_text(source, plan)
    ]
    # What is at an address cannot be compared without reading it, which the training itself does.
    changed = changed_files([file for file in was if not is_remote(file.path)], now)
    if changed:
        raise BadCorpus(f"the text is not what the model was trained on: {listed(changed)}")


def _require_sources(plan: TrainingPlan) -> None:
    """Raise `BadCorpus` if a source of a training cannot be opened again: it was standard input, or is gone."""
    if STDIN in plan.sources:
        raise BadCorpus("the text came from standard input, which cannot be read again; --text names a file of it")
    gone = [name for name in plan.sources if not is_remote(name) and not Path(name).exists()]
    if gone:
        raise BadCorpus(f"{gone[0]}: the text of the model is not there any more; --text names where it is now")


def _find_moved(was: Sequence[FileRead], names: Sequence[str], sources: Sequence[Source]) -> list[str]:
    """Return where the files of a training are now, in the order in which they were read."""
    found: dict[str | None, str] = {}
    for source in sources:
        if source.size is None:
            raise BadCorpus(f"{source.name}: text that has moved is looked for in files and folders alone")
        found.setdefault(source.content_sha256(), source.name)
    missing = [file.path for file in was if file.sha256 not in found]
    if missing:
        raise BadCorpus(
            f"{' '.join(names)}: the model was trained on files that are not there, or have changed: {listed(missing)}"
        )
    return [found[file.sha256] for file in was]


def _as_read(source: Source) -> FileRead:
    """Return what a file is now, as far as it is compared: its path, size and hash."""
    path = str(Path(source.name).absolute())
    return FileRead(path, source.size or 0, source.content_sha256() or "", 0, 0, 0, joined_lines=False)


def _is_text(source: Source, plan: TrainingPlan) -> bool:
    with source.open() as file:
        return not looks_binary(file, plan.reading.encoding)
