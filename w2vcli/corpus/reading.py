"""From files, folders, addresses and standard input to an encoded corpus.

`SourceReader` goes through the sources and yields pieces of text. `read_corpus` has them tokenized and written. Phrases
and subword units need all words first, so they are a second pass over the ids.
"""

from __future__ import annotations

import codecs
import math
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path

from w2vcli.archives import archive_kind, read_members
from w2vcli.corpus.batches import Batch, TokenizerConfig, tokenize_all
from w2vcli.corpus.bpe import split_into_subwords
from w2vcli.corpus.encoded import EncodedCorpus, FileRead
from w2vcli.corpus.learnt import Learnt
from w2vcli.corpus.parquet import require_pyarrow
from w2vcli.corpus.phrases import Phrasing, find_phrases
from w2vcli.corpus.remarks import looks_tokenized, markup_of
from w2vcli.corpus.remote import is_remote
from w2vcli.corpus.remote import require_libraries as require_remote
from w2vcli.corpus.sentences import Lines, Piece, is_hard_wrapped, pieces
from w2vcli.corpus.sources import Source, SourceText, find_sources, looks_binary
from w2vcli.corpus.tables import PARQUET, TABLE, has_column, is_bare_list, kind_of_table, open_column
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import TOKENIZERS, WHOLE_TEXTS
from w2vcli.corpus.writer import CorpusWriter
from w2vcli.errors import BadCorpus, BadSettings
from w2vcli.escaping import listed, visible
from w2vcli.inputs import STDIN, InputFile
from w2vcli.reporting import Advance, Reporter
from w2vcli.text_encodings import remedy

# What reads and tokenizes the sources of a reader: it yields their batches in order, and fills in what was learnt.
Batches = Generator[Batch, None, None]
MakeBatches = Callable[["SourceReader"], Batches]

_LOOKED_AT = 1 << 16
_MOST_SHOWN = 40


@dataclass(frozen=True)
class Reading:
    """How text is read.

    ``tokenizer`` is a name in the table of tokenizers. ``line_breaks`` says what a line break means. ``end``: it ends
    the sentence. ``join``: only an empty line does. ``auto``: the lines of files that look hard-wrapped are joined, if
    the tokenizer is for running text. ``column`` is the column of a table that holds the text. Each row is then a
    document.

    ``stop_words`` are left out, and so are tokens of digits without ``keep_numbers``. ``phrases`` is gensim's scoring
    by which words are joined to phrases, or None (see `Phrasing`, also for ``connector_words``).
    ``subword_vocabulary`` is how many subword units the tokenizer ``subwords`` learns. ``word_rules`` are the
    tokenizer's `WORD_RULES`. Their default is 1, for records from before rules had a number. Commands set the newest.
    """

    tokenizer: str = "unicode"
    lowercase: bool = False
    keep_numbers: bool = True
    stop_words: tuple[str, ...] = ()
    line_breaks: str = "auto"
    column: str | None = None
    encoding: str = "utf-8"
    encoding_errors: str = "strict"
    phrases: str | None = None
    phrase_threshold: float | None = None
    phrase_min_count: int = 5
    phrase_passes: int = 1
    connector_words: tuple[str, ...] = ()
    subword_vocabulary: int = 8000
    word_rules: int = 1

    def __post_init__(self) -> None:
        """Refuse an unknown tokenizer or encoding, phrases of subword units, and thresholds that no score can pass.

        Raises
        ------
        BadSettings
            If one of them is asked for.
        """
        if self.tokenizer not in TOKENIZERS:
            raise BadSettings(f"there is no tokenizer {self.tokenizer}: they are {', '.join(TOKENIZERS)}")
        try:
            codecs.lookup(self.encoding)
        except (LookupError, ValueError) as error:
            raise BadSettings(f"Python knows no encoding of text called {self.encoding}") from error
        if self.phrases is not None and self.tokenizer == SUBWORDS:
            raise BadSettings("--phrases joins words, --tokenizer subwords cuts them; leave one of them out")
        threshold = self.phrase_threshold
        if self.phrases == "npmi" and threshold is not None and not -1 <= threshold <= 1:
            raise BadSettings(f"--phrase-threshold {threshold:g} is no score of --phrases npmi, which are from -1 to 1")
        if self.phrases == "default" and threshold is not None and not 0 < threshold < math.inf:
            raise BadSettings(f"--phrase-threshold {threshold:g} has to be above 0, and finite, for --phrases default")


def read_corpus(
    names: Sequence[str],
    folder: Path,
    reading: Reading,
    reporter: Reporter,
    sources: Sequence[Source] | None = None,
    make_batches: MakeBatches | None = None,
) -> EncodedCorpus:
    """Read files, folders, addresses and standard input (``-``), and write them as an encoded corpus into ``folder``.

    ``sources`` are what `find_sources` found for the ``names``, if that is known already. ``make_batches`` reads and
    tokenizes them, where that is not done by this process.

    Raises
    ------
    BadCorpus
        If a source does not exist, is not text, or there is no word in all of them.
    DamagedInput
        If a compressed file breaks off.
    MissingExtra
        If a library is missing: of the tokenizer, of an address, or of a table by its name. Nothing is read then.
    """
    found_sources = find_sources(names) if sources is None else sources
    _require_libraries(found_sources, reading)
    reader = SourceReader(found_sources, reading, reporter)
    make = make_batches or _batches_of_this_process
    if reading.phrases is None and reading.tokenizer != SUBWORDS:
        return _read_words(reader, names, folder, make)
    words = folder / "words"
    words.mkdir()
    found = _read_units(reader, names, folder, words, make)
    shutil.rmtree(words)  # which nothing has mapped any more
    return found


def _read_units(
    reader: SourceReader, names: Sequence[str], folder: Path, words: Path, make_batches: MakeBatches
) -> EncodedCorpus:
    """Encode what a reader finds into ``words``, and with phrases joined or words split into ``folder``."""
    reading, corpus = reader.reading, _read_words(reader, names, words, make_batches)
    if reading.phrases is None:
        return split_into_subwords(corpus, folder, reading.subword_vocabulary, reader.reporter)
    phrasing = Phrasing(
        reading.phrases,
        reading.phrase_threshold,
        reading.phrase_min_count,
        reading.phrase_passes,
        frozenset(reading.connector_words),
    )
    return find_phrases(corpus, folder, phrasing, reader.reporter)


def _require_libraries(sources: Sequence[Source], reading: Reading) -> None:
    """Raise `MissingExtra` before anything is read, since a file that lacks its library may be the last of many."""
    TOKENIZERS[reading.tokenizer].version()
    for source in sources:
        if is_remote(source.name):
            require_remote(source.name)
        if reading.column is not None and kind_of_table(source.name) == PARQUET:
            require_pyarrow()


def tokenizer_config(reading: Reading) -> TokenizerConfig:
    """Return how a `Reading` makes tokens of text."""
    return TokenizerConfig(**{each.name: getattr(reading, each.name) for each in fields(TokenizerConfig)})


def _batches_of_this_process(reader: SourceReader) -> Batches:
    """Read and tokenize all sources here."""
    with reader.reporter.phase("reading", reader.total, "B") as advance:
        yield from tokenize_all(reader.pieces(advance), tokenizer_config(reader.reading))


def _read_words(reader: SourceReader, names: Sequence[str], folder: Path, make_batches: MakeBatches) -> EncodedCorpus:
    """Encode what a reader finds, before phrases are joined or words split."""
    with CorpusWriter(folder) as writer, closing(make_batches(reader)) as batches:
        for batch in batches:
            writer.append(batch)
        corpus = writer.finish(reader.learnt.files, reader.learnt.file_ends)
    reader.tell()
    if not corpus.words:
        raise BadCorpus(
            f"there are no words in {', '.join('standard input' if name == STDIN else name for name in names)}"
        )
    return corpus


@dataclass
class Texts:
    """What was seen of the texts in a file, which is one text, a table of them, or an archive with ``members``."""

    texts: int = 0
    members: list[str] = field(default_factory=list)
    bytes: int = 0
    undecodable_bytes: int = 0
    joined_lines: bool = False
    lines: Lines = field(default_factory=Lines)


class SourceReader:
    """Goes through the sources, and keeps what it learnt of them.

    ``learnt`` is what is known of the sources so far. ``total`` is the bytes of all sources, None if that is not known.
    Whoever has a source read elsewhere adds to ``learnt`` what was learnt there, and then calls `tell`.
    """

    def __init__(self, sources: Sequence[Source], reading: Reading, reporter: Reporter) -> None:
        sizes = [source.size for source in sources]
        self.total = None if None in sizes else sum(size or 0 for size in sizes)
        self.learnt = Learnt()
        self._member = -1
        self._row = -1
        self.sources = sources
        self.reading = reading
        self.reporter = reporter

    @property
    def place(self) -> tuple[int, int, int]:
        """Where the latest piece is from: which file, member of an archive and row, -1 if none."""
        return len(self.learnt.files), self._member, self._row

    def pieces(self, advance: Advance) -> Iterator[Piece]:
        """Yield the pieces of all texts, source by source. Sources that are no text are left out, and told later.

        Raises
        ------
        BadCorpus
            If a source that was named is not text, or an archive without any.
        DamagedInput
            If a compressed file breaks off.
        """
        before = 0
        for source in self.sources:
            with source.open() as file:
                read = Texts()
                if archive_kind(file) is None:
                    found = self._file(file, source.name, read, named=source.named)
                elif source.named:
                    found = self._members(file, read)
                else:
                    self.learnt.archives.append(source.name)
                    continue
                for piece in found:
                    self.learnt.characters += len(piece.text)
                    yield piece
                    advance(before + file.consumed)
                if not read.texts and source.named:
                    raise BadCorpus(f"{source.name}: there is no text in this archive")
                if not read.texts:
                    continue
                self._end_file(source, file, read)
                before += file.consumed

    def _end_file(self, source: Source, file: InputFile, read: Texts) -> None:
        """Keep what was learnt of a file whose texts were read."""
        while file.stream.read1():  # the hash is of the whole file, and tables and archives may leave a rest
            pass
        self.learnt.file_ends.append(self.learnt.characters)
        self.learnt.files.append(
            FileRead(
                path=source.name if source.size is None else str(Path(source.name).absolute()),
                bytes=file.consumed,
                sha256=file.sha256(),
                undecodable_bytes=read.undecodable_bytes,
                lines=read.lines.count,
                empty_lines=read.lines.empty,
                joined_lines=read.joined_lines,
                members=tuple(read.members),
                text_bytes=read.bytes or file.consumed,  # Parquet is not decoded here
            )
        )

    def _members(self, file: InputFile, read: Texts) -> Iterator[Piece]:
        """Yield the pieces of the texts in an archive. Parquet needs a file that can be read twice, and is left out."""
        for member in read_members(file, self.reporter):
            if kind_of_table(member.name) == PARQUET:
                self.learnt.not_text.append(member.full_name)
                continue
            texts = read.texts
            self._member = len(read.members)
            yield from self._file(member.open(), member.full_name, read, named=False)
            if read.texts > texts:
                read.members.append(member.name)
        self._member = -1
        self.learnt.read_archives[file.name] = read.members

    def _file(self, file: InputFile, name: str, read: Texts, *, named: bool) -> Iterator[Piece]:
        """Yield the pieces of the texts in one file, and note in ``read`` what was seen of them."""
        kind, is_plain = kind_of_table(name), False
        if kind and self.reading.column is None:
            is_plain, kind = True, None
        if kind != PARQUET and looks_binary(file, self.reading.encoding):
            if named:
                remedied = remedy(file.stream.peek(), self.reading.encoding)
                raise BadCorpus(f"{name}: this is not text, since it has zero bytes; {remedied}")
            self.learnt.not_text.append(name)
            return
        text = SourceText(file, self.reading.encoding, self.reading.encoding_errors)
        if is_plain:
            (self.learnt.bare_lists if is_bare_list(text) else self.learnt.plain_tables).append(name)
        if text.settled.instead and kind != PARQUET:
            self.learnt.in_other_encodings.setdefault(text.settled.encoding, []).append(name)
        if kind is None and self.reading.column is not None:
            if has_column(text, self.reading.column):
                kind = TABLE
            else:
                self.learnt.without_column.append(name)
        if kind is None and self.reading.tokenizer != "whitespace" and looks_tokenized(text.beginning()[:_LOOKED_AT]):
            self.learnt.tokenized.append(name)
        if kind is None and (markup := markup_of(text.beginning()[:_LOOKED_AT])):
            self.learnt.marked_up.setdefault(markup, []).append(name)
        join = kind is None and self._joins(text)
        self._row = -1
        yield from self._pieces(file, text, kind, read, join_lines=join)
        read.texts += 1
        read.joined_lines |= join
        read.bytes += text.decoded_bytes
        read.undecodable_bytes += text.undecodable_bytes

    def _pieces(
        self, file: InputFile, text: SourceText, kind: str | None, read: Texts, *, join_lines: bool
    ) -> Iterator[Piece]:
        """Yield the texts of a file as pieces, and count their lines in ``read``."""
        last_word_apart = self.reading.word_rules < WHOLE_TEXTS
        for part in self._texts(file, text, kind):
            yield from pieces(read.lines.count_in(part), join_lines=join_lines, last_word_apart=last_word_apart)

    def tell(self) -> None:
        """Report what was read, what was left out, and what was guessed."""
        learnt, reading, reporter = self.learnt, self.reading, self.reporter
        if any(not source.named for source in self.sources):
            kinds = Counter(Path(file.path).suffix or "without ending" for file in learnt.files)
            reporter.note(f"files read: {', '.join(f'{count:,} {kind}' for kind, count in kinds.most_common())}")
        if passed_over := [name for source in self.sources for name in source.passed_over]:
            reporter.note(f"passed over, since programs such as Spark write them: {listed(passed_over)}")
        for name, members in learnt.read_archives.items():
            reporter.note(f"{name}: {len(members):,} texts were read: {listed(list(map(visible, members)))}")
        if learnt.archives:
            reporter.warn(f"left out, since they are archives: {listed(learnt.archives)}; name an archive to read it")
        if learnt.not_text:
            reporter.warn(f"left out, since they are not text: {listed(learnt.not_text)}")
        if learnt.plain_tables:
            reporter.warn(
                f"read as plain text, with all columns: {listed(learnt.plain_tables)}; name one with --column"
            )
        if learnt.bare_lists:
            reporter.warn(f"read as plain text with its brackets and quotes: {listed(learnt.bare_lists)}")
        if learnt.without_column:
            reporter.warn(f"read as plain text, without a column {reading.column}: {listed(learnt.without_column)}")
        self._tell_lists()
        for encoding, names in learnt.in_other_encodings.items():
            reporter.note(
                f"read as {encoding.upper()}, which the bytes say, not as {reading.encoding}: {listed(names)}"
            )
        self._tell_looks()
        undecodable = sum(file.undecodable_bytes for file in learnt.files)
        if undecodable:
            reporter.warn(f"{undecodable:,} bytes are not {reading.encoding}: {reading.encoding_errors}d")
        files = learnt.files
        joined = sum(file.joined_lines for file in files)
        if reading.line_breaks == "auto" and joined:
            reporter.note(
                f"lines joined in {joined:,} of {len(files):,} files: they look hard-wrapped (--line-breaks auto)"
            )

    def _tell_lists(self) -> None:
        """Report columns of token lists."""
        learnt = self.learnt
        if learnt.joined_lists:
            keep = "" if self.reading.tokenizer == "whitespace" else "; --tokenizer whitespace keeps their tokens"
            self.reporter.note(
                f"lists of tokens were read as texts, with blanks between: {listed(learnt.joined_lists)}{keep}"
            )
        if learnt.divided:
            divided = sum(learnt.divided.values())
            examples = listed([repr(token) for token, _ in Counter(learnt.divided).most_common()])
            self.reporter.warn(f"{divided:,} tokens of lists have white space within and were taken apart: {examples}")

    def _tell_looks(self) -> None:
        """Report files that are not the plain text that they were read as, by their looks."""
        learnt = self.learnt
        for markup, names in learnt.marked_up.items():
            self.reporter.note(
                f"this looks like {markup}, whose tags are read as words: {listed(names)}; save its text alone"
            )
        if learnt.tokenized:
            self.reporter.note(
                f"tokenized already, by its looks: {listed(learnt.tokenized)}; "
                "--tokenizer whitespace takes them as they are"
            )

    def _joins(self, text: SourceText) -> bool:
        """Tell whether the lines of a text are joined into sentences."""
        if self.reading.line_breaks == "auto":
            return TOKENIZERS[self.reading.tokenizer].joins_lines and is_hard_wrapped(text.beginning())
        return self.reading.line_breaks == "join"

    def _texts(self, file: InputFile, text: SourceText, kind: str | None) -> Iterator[Iterator[str]]:
        """Yield the texts of a file, each in parts. A table has one for each row, any other file has one."""
        column = self.reading.column
        if kind is None or column is None:
            yield iter(text)
            return
        table = open_column(file, text, column)
        for number, [cell] in enumerate(table.rows([column]), 1):
            self._row = table.row or number
            yield iter([cell])
        if table.joined:
            self.learnt.joined_lists.append(file.name)
        if table.divided:
            example = table.divided_example[:_MOST_SHOWN]
            self.learnt.divided[example] = self.learnt.divided.get(example, 0) + table.divided
