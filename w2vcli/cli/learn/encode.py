"""``w2v encode``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.output import Column, RowPrinter, is_for_the_eye, is_nested, print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.errors import BadCorpus
from w2vcli.escaping import decimals
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import Spoken, heading, known

if TYPE_CHECKING:
    import numpy.typing as npt

    from w2vcli.array_types import Float32s
    from w2vcli.lessons.distances import ArrayFacts, Form
    from w2vcli.lessons.encodings import Encoding, OneHotVocabulary
    from w2vcli.models.directory import Model

_COMPARISON = (
    "word1",
    "word2",
    "one_hot_distance",
    "one_hot_similarity",
    Column("one_hot_angle", 1),
    "distance",
    "similarity",
    Column("angle", 1),
)
_MODES = (
    options.Mode(
        ("distances", "vocabulary", "model", "tokenizer", "lowercase"),
        lambda values: not values["ids"],
        "--ids are rows of a table, and no words",
    ),
    options.Mode(("vocabulary_size",), lambda values: values["ids"], "only --ids have a --vocabulary-size"),
    options.Mode(("output", "form"), lambda values: not values["distances"], "--distances are printed"),
    options.Mode(("length", "padding"), lambda values: not values["distances"], "--distances compares each word once"),
    options.Mode(
        ("vector_size",),
        lambda values: values["form"] == "embedding" or values["distances"],
        "only --as embedding and --distances have vectors",
    ),
    options.Mode(("seed",), lambda values: values["vector_size"], "only vectors of --vector-size are drawn"),
    options.Mode(("force",), lambda values: values["output"], "without --output nothing is written"),
)


@click.command(
    "encode",
    cls=W2vCommand,
    columns=COLUMNS["encode"],
    more_columns=MORE_COLUMNS["encode"],
    modes=_MODES,
    aliases={"--vocab": "--vocabulary"},
)
@click.argument("texts", nargs=-1, type=completing.TextOrFile(), required=True, metavar="TEXT|FILE...")
@click.option(
    "--as",
    "form",
    type=click.Choice(["integer", "one-hot", "embedding"]),
    default="integer",
    help="What each word becomes.",
)
@click.option("--ids", is_flag=True, help="The texts are ids already, as in: 1 2 3, or [[0, 1, 2], [3, 4, 5]].")
@click.option("--vocabulary-size", type=click.IntRange(min=1), help="Rows of the table of --ids, which count from 0.")
@click.option(
    "--distances", is_flag=True, help="Show the distances between the words instead, one-hot and as embeddings."
)
@options.vocabulary_file
@click.option(
    "-m",
    "--model",
    type=options.ModelName(),
    help="Model, by name or path.  [default of --as embedding: $W2V_MODEL, or the latest]",
)
@click.option(
    "--vector-size",
    type=click.IntRange(1, 65536),
    help="Dimensions of vectors that are drawn at random instead of a model's.",
)
@options.seed
@click.option(
    "--length", type=click.IntRange(min=1), help="Words in each text: longer texts are shortened, shorter ones padded."
)
@click.option(
    "--padding",
    type=click.Choice(["post", "pre"]),
    default="post",
    help="Pad after the words (post) or before them (pre).",
)
@click.option("--tokenizer", type=options.TOKENIZER, help=f"{options.TOKENIZED}  [default: unicode]")
@click.option(
    "--lowercase/--no-lowercase",
    default=None,
    help=f"{options.LOWERCASE}  [default: yes; with a model, as it was trained]",
)
@click.option("-o", "--output", type=options.OutputFile(), help="Array to write: .npy, with the vocabulary beside it.")
@options.force
@options.formats
@options.reporting
def command(
    texts: tuple[str, ...],
    form: Form,
    ids: bool,
    vocabulary_size: int | None,
    distances: bool,
    vocabulary: Path | None,
    model: str | None,
    vector_size: int | None,
    seed: int,
    length: int | None,
    padding: str,
    tokenizer: str | None,
    lowercase: bool | None,
    output: Path | None,
    force: bool,
    reporter: Reporter,
) -> None:
    """Turn the words of texts into numbers.

    \b
    Examples:
      w2v encode "The cat sat on the mat" --as one-hot
      w2v encode "The cat sat on the mat" --as embedding --vector-size 4
      w2v encode "king queen apple orange" --distances
      w2v encode reviews.txt --length 200 -o reviews.npy
      w2v encode more.txt --length 200 -o more.npy --vocabulary reviews.vocab.txt
      w2v encode --ids "1 2 3" --as one-hot --vocabulary-size 1000

    A word becomes an integer, a one-hot vector or an embedding. 0 is padding, words
    count from 1, and the number after the last word is <UNK>, any word that is not
    in the vocabulary. The vocabulary is the sorted words of the texts, those of the
    file with --vocabulary, or those of a model with --model and for embeddings.

    --ids takes integers as they are, from 0. With --vocabulary-size 1000 and
    --vector-size 5 they are looked up as by Embedding(1000, 5) in Keras.

    A FILE has one text a line. - is standard input.
    """
    from w2vcli.lessons import encodings
    from w2vcli.lessons.distances import compare_words, describe_array

    is_flat = False
    if ids:
        opened = None
        encoding, is_flat = _encode_ids(texts, form, vocabulary_size, vector_size, length, pad_before=padding == "pre")
    else:
        opened = _open_model(model, vocabulary, vector_size, reporter, needed=form == "embedding" or distances)
        tokenize = encodings.choose_tokenizer(opened, tokenizer, lowercase)
        tokens = [tokenize(text) for text in read_texts(texts)]
        if not any(tokens):
            raise BadCorpus("there are no words in the text")
        chosen = _vocabulary(tokens, opened, vocabulary)
        encoding = encodings.encode(tokens, chosen, length, pad_before=padding == "pre")
        encodings.report_unknown(encoding, reporter)

    def embed(encoding: Encoding) -> Float32s:
        if opened is not None:
            return encodings.embed_by_model(encoding, opened)
        return encodings.embed_untrained(encoding, vector_size or 1, seed)

    if distances:
        from w2vcli.queries.answers import as_row

        rows = list(map(as_row, compare_words(encoding, embed)))
        # For the eye an angle of 90 degrees says that the cosine is 0, and eight columns would be too many.
        is_short = is_for_the_eye()
        columns = [name for name in _COMPARISON if not (is_short and name == "one_hot_similarity")]
        print_rows(rows, columns)
        return
    array: npt.NDArray[Any] = encoding.integers
    if form != "integer":
        array = encodings.one_hot(encoding) if form == "one-hot" else embed(encoding)
    facts = describe_array(encoding, array, form)
    if ids:  # no id is unknown, and what pads is a row like any other
        facts = replace(facts, shape=facts.shape[1:] if is_flat else facts.shape, unknown=None, padding=None)
        array = array[0] if is_flat else array
    for_the_eye = _shown(facts, known if is_for_the_eye() else str)
    if output is not None:
        encodings.write_array(array, encoding.vocabulary, output, force=force)
        print_facts({"output": str(output)} | (facts.as_row() if is_nested() else for_the_eye))
        return
    _print(encoding, array, form, what="id" if ids else "word")
    if is_for_the_eye():
        click.echo()
        print_facts(for_the_eye)
    else:
        reporter.note(Spoken("; ".join(f"{heading(name)}: {value}" for name, value in _shown(facts, known).items())))


def _encode_ids(
    texts: Sequence[str],
    form: Form,
    vocabulary_size: int | None,
    vector_size: int | None,
    length: int | None,
    *,
    pad_before: bool,
) -> tuple[Encoding, bool]:
    """Return texts of ids as places in a table, and whether they are one list and no list of lists."""
    from w2vcli.lessons import id_texts

    if form == "integer":
        raise click.UsageError("--ids are integers already; say --as embedding or --as one-hot.")
    if vocabulary_size is None or (form == "embedding" and vector_size is None):
        sizes = "--vocabulary-size and --vector-size" if form == "embedding" else "--vocabulary-size"
        raise click.UsageError(f"--ids are rows of a table; say how large it is with {sizes}.")
    id_texts.require_table(vocabulary_size, vector_size or 1)
    found = id_texts.read_ids(read_texts(texts))
    return id_texts.encode_ids(found, vocabulary_size, length, pad_before=pad_before), found.is_flat


def _open_model(
    name: str | None, vocabulary: Path | None, vector_size: int | None, reporter: Reporter, *, needed: bool
) -> Model | None:
    """Return the model that the vocabulary and the vectors are to be of, if any."""
    if name is None and (not needed or vector_size is not None):
        return None
    if vector_size is not None:
        raise click.UsageError("--model has vectors; leave --vector-size out.")
    if vocabulary is not None:
        raise click.UsageError(
            "--vocabulary has no vectors, and a model has its own words; add --vector-size, or leave --vocabulary out."
        )
    return open_model(name, reporter)


def _vocabulary(tokens: Sequence[Sequence[str]], model: Model | None, file: Path | None) -> OneHotVocabulary:
    """Return the vocabulary of the model or the file, else that of the texts."""
    from w2vcli.lessons import encodings

    if model is not None:
        return encodings.vocabulary_of_model(model)
    if file is None:
        return encodings.own_vocabulary(tokens)
    from w2vcli.views.selection import read_words

    return encodings.vocabulary_of(read_words(file))


def _shown(facts: ArrayFacts, say: Callable[[str], str]) -> dict[str, Any]:
    """Return the facts as they are read by people, with what is put into words as ``say`` says it."""
    shown: dict[str, Any] = facts.as_row() | {"shape": str(tuple(facts.shape))}
    if facts.numbers is not None and facts.zeros is not None:
        percent = _percent(facts.zeros, facts.numbers)
        shown["zeros"] = say(f"{facts.zeros:,} of {shown.pop('numbers'):,} ({percent})")
    for name, values, places in (
        ("distance", facts.distance, 4),
        ("similarity", facts.similarity, 4),
        ("angle", facts.angle, 1),
    ):
        if values is not None:  # one number if all are equal
            low, high = (decimals(value, places) for value in values)
            shown[name] = low if low == high else say(f"{low} to {high}")
    return shown


def _percent(part: int, whole: int) -> str:
    """Return a share with one decimal, or as many as it takes to see that it is not all."""
    digits = 1
    while part < whole and float(f"{part / whole:.{digits + 2}f}") == 1.0:
        digits += 1
    return f"{part / whole:.{digits}%}"


def _numbers(found: Any) -> Any:
    """Return an integer or a vector as JSON has it: of a float32 the shortest decimal that gives it again."""
    if not found.shape:
        return int(found)
    return [float(str(value)) for value in found] if found.dtype.kind == "f" else found.tolist()


def _print(encoding: Encoding, array: npt.NDArray[Any], form: Form, what: str) -> None:
    """Print a row for each place: a list of numbers as JSON, else a column for each number.

    ``what`` stands at each place: a word or an id.
    """
    flat = array.reshape(len(encoding.places), *([] if form == "integer" else array.shape[-1:]))
    is_one_text = len(encoding.tokens) == 1
    if is_nested() or form == "integer":
        key = form.replace("-", "_")
        rows = [
            {"text": text, what: word, key: _numbers(value)}
            for (text, word), value in zip(encoding.places, flat, strict=True)
        ]
        columns = (what, key) if is_one_text and is_for_the_eye() else ("text", what, key)
        print_rows(rows, columns)
        return

    def title(at: int) -> str:
        return encoding.label(at + 1) if form == "one-hot" else str(at + 1)

    if is_for_the_eye():
        show: Callable[[Any], str] = str if form == "one-hot" else decimals
        print_matrix(
            what if is_one_text else f"{heading('text')}  {heading(what)}",
            [word if is_one_text else f"{text}  {word}" for text, word in encoding.places],
            flat.shape[1],
            lambda at: (title(at), [show(value) for value in flat[:, at].tolist()]),
            [integer - 1 for integer in encoding.used] if form == "one-hot" else (),
        )
        return
    with RowPrinter(["text", what, *(Column(title(at), own=True) for at in range(flat.shape[1]))]) as out:
        for (text, word), row in zip(encoding.places, flat, strict=True):
            out.add_values([text, word, *(float(str(value)) if form == "embedding" else int(value) for value in row)])
