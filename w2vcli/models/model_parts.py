"""What may lie in a model directory: one table, by which files are hashed, checked and copied.

A new part of a model is a row in `PARTS`. `w2vcli.models.directory.ModelWriter` refuses to write what has none, so
no part can be forgotten by the hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

FACTS = "model.json"
FACTS_HASH = "model.json.sha256"  # a line as sha256sum writes it
VECTORS = "vectors.npy"
WORDS = "words.txt"
COUNTS = "counts.npy"
SUBWORDS = "subwords.npy"
TOKENIZER = "tokenizer.json"
DROPPED = "dropped.tsv"
COPIES = "float32-*.npy"
INDEX = "index"
VARIANTS = "variants"
MAP = "map"


class Part(NamedTuple):
    """A file of a model, or a folder with all that is in it.

    ``name`` ends with ``/`` for a folder, and may have a ``*``. ``writers`` are the modules that write it.
    ``hashed`` tells whether its SHA-256 is in ``model.json``. ``needed`` tells whether every model has it.
    """

    name: str
    what: str
    writers: tuple[str, ...]
    hashed: bool = True
    needed: bool = False

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder."""
        return self.name.endswith("/")

    def has(self, path: str) -> bool:
        """Tell whether the file at ``path`` in the model, such as ``training/syn1neg.npy``, belongs to it."""
        first, slash, _ = path.partition("/")
        return f"{first}/" == self.name if slash else fnmatchcase(first, self.name)


PARTS = (
    Part(
        FACTS,
        "the facts: sizes, where it came from, how it was trained, the SHA-256 of each other file",
        ("models.facts",),
        hashed=False,
        needed=True,
    ),
    Part(FACTS_HASH, "the SHA-256 of the facts", ("models.facts",), hashed=False),
    Part(
        VECTORS,
        "words x vector_size, as trained or as loaded, in the smallest type that loses no bit",
        ("models.vectors",),
        needed=True,
    ),
    Part(WORDS, "UTF-8, one word a line, in row order", ("models.words",), needed=True),
    Part(COUNTS, "int64, how often each word was seen, where that is known", ("models.directory",)),
    Part(SUBWORDS, "the vectors of fastText's n-grams, like vectors.npy", ("models.directory",)),
    Part(TOKENIZER, "the tokenizer of static embeddings, as the library tokenizers reads it", ("models.directory",)),
    Part("phrases.tsv", "the phrases of the text, if it was tokenized with them", ("corpus.phrases",)),
    Part("pieces.json", "the subword units of the text, if it was tokenized into them", ("corpus.bpe",)),
    Part(DROPPED, "the words that were seen too seldom to be in the model, with their counts", ("models.dropped",)),
    Part(
        "training/", "what a training is continued from, see `TrainingFolder`", ("training.publish", "models.loading")
    ),
    Part("classifier/", "the networks of a classifier, and what it is measured against", ("neural.network_store",)),
    Part("language-model/", "the networks of a language model, and its text", ("neural.network_store",)),
    Part(f"{VARIANTS}/", "the vectors of other trainings on the same corpus", ("models.variants",), hashed=False),
    Part(COPIES, "the vectors once more for gensim, can be made again", ("models.keyed_vectors",), hashed=False),
    Part(
        f"{MAP}/", "where words lie on the page of w2v explore, can be made again", ("explorer.kept_map",), hashed=False
    ),
    Part(f"{INDEX}/", "what makes questions fast, can be made again", ("models.index",), hashed=False),
)


def part_of(path: str) -> Part | None:
    """Return the part of a model that the file at ``path`` in it belongs to, or None if it is no part of a model."""
    return next((part for part in PARTS if part.has(path)), None)


def is_hashed(path: str) -> bool:
    """Tell whether the file at ``path`` in a model has its hash in the facts. So has what is no known part."""
    part = part_of(path)
    return part is None or part.hashed


def require_parts(directory: Path) -> None:
    """Raise `ValueError` if there is a file in a model being made that is no part of a model: a fault of the program.

    Raises
    ------
    ValueError
        With the path of the file.
    """
    for path in files_of(directory):
        if part_of(path) is None:
            raise ValueError(f"{path} is no part of a model: it needs a row in w2vcli.models.model_parts.PARTS")


def files_of(directory: Path) -> list[str]:
    """Return the paths of all files in a model, in order. Hidden files are none of it."""
    paths = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))


class TrainingFolder(NamedTuple):
    """The folder ``training/`` of the ``model`` at a path.

    ===============  ==========================================================
    sources-1.jsonl  the files that the first training read, one a line. Of the second it is sources-2.jsonl
    syn1neg.npy      the output weights of negative sampling, words x vector_size
    syn1.npy         those of hierarchical softmax
    vectors_vocab.npy  of fastText, the words' own vectors without their n-grams
    ===============  ==========================================================
    """

    model: Path

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.model / "training"

    def sources(self, number: int) -> Path:
        """Return the path of the list of files that training ``number`` read, which counts from 1."""
        return self.path / f"sources-{number}.jsonl"

    def weights(self) -> Iterator[tuple[str, Path]]:
        """Yield the name and the path of each array of weights."""
        for path in sorted(self.path.glob("*.npy")):
            yield path.stem, path

    def weight(self, name: str) -> Path:
        """Return the path of an array of weights."""
        return self.path / f"{name}.npy"

    def make(self, earlier: TrainingFolder | None) -> None:
        """Make the folder, with the lists of files of an ``earlier`` model whose training was continued."""
        import shutil  # with its archive formats, 4 ms that a question need not pay

        self.path.mkdir()
        for file in [] if earlier is None else earlier.path.glob("sources-*.jsonl"):
            shutil.copyfile(file, self.path / file.name)
