"""``w2v encode``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.atomic import new_files, require_absent
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.output import is_for_the_eye, print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.corpus.tokenizers import SUBWORDS
from w2vcli.errors import BadCorpus, BadSettings
from w2vcli.escaping import decimals, listed, visible
from w2vcli.queries.answers import as_row
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    import numpy.typing as npt

    from w2vcli.array_types import Float32s
    from w2vcli.lessons.encodings import Encoding, OneHotVocabulary
    from w2vcli.models.directory import Model

_MOST_COMPARED = 1000
_MOST_TOLD = 5
_MODES = (
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


@click.command("encode", cls=W2vCommand, modes=_MODES, aliases={"--vocab": "--vocabulary"})
@click.argument("texts", nargs=-1, required=True, metavar="TEXT|FILE...")
@click.option(
    "--as",
    "form",
    type=click.Choice(["integer", "one-hot", "embedding"]),
    default="integer",
    show_default=True,
    help="What each word becomes.",
)
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
    show_default=True,
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
@options.as_json
@options.reporting
def command(
    texts: tuple[str, ...],
    form: str,
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
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Turn the words of texts into numbers.

    As integers, one-hot vectors or embeddings. The vocabulary is the texts' own,
    sorted; with --vocabulary a file's; with --model, and for embeddings, a model's.
    0 is padding, words count from 1, and the number after the last word is <UNK>,
    a word that is not in the vocabulary. A FILE has a text a line; - is standard
    input.

    \b
    Examples:
      w2v encode "The cat sat on the mat" --as one-hot
      w2v encode "The cat sat on the mat" --as embedding --vector-size 4
      w2v encode "king queen apple orange" --distances
      w2v encode reviews.txt --length 200 -o reviews.npy
      w2v encode more.txt --length 200 -o more.npy --vocabulary reviews.vocab.txt
    """
    opened = _open_model(model, vocabulary, vector_size, reporter, needed=form == "embedding" or distances)
    cut = _cutter(opened, tokenizer, lowercase)
    encoding = _encode([cut(text) for text in read_texts(texts)], opened, vocabulary, length, padding)
    _tell_unknown(encoding, reporter)
    source = _Vectors(opened, vector_size, seed)
    if distances:
        rows = [as_row(found) for found in _compared(encoding, source)]
        columns = ("word1", "word2", "one_hot_distance", "one_hot_similarity", "distance", "similarity")
        print_rows(rows, columns, as_json=as_json)
        return
    array = _array(encoding, form, source)
    facts = _facts(encoding, array, form)
    if output is not None:
        _write(array, encoding.vocabulary, output, force=force)
        print_facts({"output": str(output)} | (facts if as_json else _shown(facts)), as_json=as_json)
        return
    _print(encoding, array, form, as_json=as_json)
    if not as_json and is_for_the_eye():
        click.echo()
        print_facts(_shown(facts), as_json=False)
    else:
        reporter.note("; ".join(f"{name}: {value}" for name, value in _shown(facts).items()))


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


def _encode(
    tokens: Sequence[Sequence[str]], model: Model | None, file: Path | None, length: int | None, padding: str
) -> Encoding:
    from w2vcli.lessons import encodings

    if not any(tokens):
        raise BadCorpus("there are no words in the text")
    if model is not None:
        vocabulary = encodings.vocabulary_of_model(model)
    elif file is not None:
        from w2vcli.views.vocabulary import read_words

        vocabulary = encodings.vocabulary_of(read_words(file))
    else:
        vocabulary = encodings.own_vocabulary(tokens)
    return encodings.encode(tokens, vocabulary, length, pad_before=padding == "pre")


def _tell_unknown(encoding: Encoding, reporter: Reporter) -> None:
    words = [
        word
        for row, text in zip(encoding.integers, encoding.tokens, strict=True)
        for integer, word in zip(row, text, strict=True)
        if integer > encoding.vocabulary.size
    ]
    if words:
        distinct = list(dict.fromkeys(words))
        lower = any(encoding.vocabulary.number(word.lower()) is not None for word in distinct)
        hint = "; --lowercase knows more of them" if lower else ""
        reporter.warn(f"not in the vocabulary: {listed(distinct, _MOST_TOLD)}{hint}")


def _array(encoding: Encoding, form: str, source: _Vectors) -> npt.NDArray[Any]:
    from w2vcli.lessons.encodings import one_hot

    if form == "one-hot":
        return one_hot(encoding)
    return source.embed(encoding) if form == "embedding" else encoding.integers


def _cutter(model: Model | None, tokenizer: str | None, lowercase: bool | None) -> Callable[[str], list[str]]:
    """Return the function from a text to its words: as the model's text was cut, but for what is asked."""
    from w2vcli.corpus.query_tokens import tokenize_text
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.models.records import Tokenizer

    known = None if model is None else model.facts.tokenizer
    how = known or Tokenizer("unicode", lowercase=model is None, word_rules=WORD_RULES)
    how = replace(
        how, tokenizer=tokenizer or how.tokenizer, lowercase=how.lowercase if lowercase is None else lowercase
    )
    is_models = tokenizer is None or (known is not None and tokenizer == known.tokenizer)
    if how.tokenizer == SUBWORDS and not (model is not None and is_models):
        raise BadSettings(
            "pieces of words are learnt on a corpus: name a model that was trained with --tokenizer subwords"
        )
    return lambda text: tokenize_text(text, how, model.texts if model is not None and is_models else None)


@dataclass(frozen=True)
class _Vectors:
    """Where vectors are from: a model, or random numbers."""

    model: Model | None
    vector_size: int | None
    seed: int

    def embed(self, encoding: Encoding) -> Float32s:
        from w2vcli.lessons.encodings import embed, untrained_vectors

        if self.model is not None:
            return embed(encoding, self.model.vectors.__getitem__, self.model.vector_of_unknown)
        table = untrained_vectors(encoding.columns, self.vector_size or 1, self.seed)
        return embed(encoding, table.__getitem__, lambda _: table[-1])


def _compared(encoding: Encoding, source: _Vectors) -> list[Any]:
    """Return how far the words of the texts are from each other, which the vocabulary has."""
    from w2vcli.lessons.encodings import compare, encode

    words = [encoding.label(integer) for integer in encoding.used if integer <= encoding.vocabulary.size]
    if len(words) > _MOST_COMPARED:
        raise BadSettings(f"there are {len(words):,} words to compare with each other; give at most {_MOST_COMPARED:,}")
    return compare(words, source.embed(encode([words], encoding.vocabulary))[0])


def _facts(encoding: Encoding, array: npt.NDArray[Any], form: str) -> dict[str, Any]:
    """Return what is to be known of the numbers; ``distance`` and ``similarity`` are the least and the greatest."""
    facts: dict[str, Any] = {
        "shape": list(array.shape),
        "vocabulary": encoding.vocabulary.size,
        "unknown": encoding.unknown,
        "padding": encoding.padding,
    }
    if form != "integer":
        facts |= {"numbers": array.size, "zeros": int((array == 0).sum())} | _apart(encoding, array, form)
    return facts


def _apart(encoding: Encoding, array: npt.NDArray[Any], form: str) -> dict[str, list[float]]:
    """Return how far the different words of the texts are from each other, the nearest and the farthest two."""
    import numpy as np

    from w2vcli.lessons.encodings import distances_and_similarities

    integers, where = np.unique(encoding.integers, return_index=True)
    where = where[(integers > 0) & (integers <= encoding.vocabulary.size)]
    if not 2 <= len(where) <= _MOST_COMPARED:
        return {}
    vectors = array.reshape(encoding.integers.size, -1)[where]
    if form == "one-hot":
        vectors = vectors[:, np.array(encoding.used) - 1]  # the other columns are all 0
    found = zip(("distance", "similarity"), distances_and_similarities(vectors), strict=True)
    return {name: [float(values.min()), float(values.max())] for name, values in found}


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as they are read by people."""
    shown = facts | {"shape": " x ".join(f"{size:,}" for size in facts["shape"])}
    for name in {"distance", "similarity"} & facts.keys():
        shown[name] = " to ".join(dict.fromkeys(map(decimals, facts[name])))
    if "zeros" in shown:
        shown["zeros"] = (
            f"{facts['zeros']:,} of {shown.pop('numbers'):,} ({_percent(facts['zeros'], facts['numbers'])})"
        )
    return shown


def _percent(part: int, whole: int) -> str:
    """Return a share with one decimal, or as many as it takes to see that it is not all."""
    decimals_needed = 1
    while part < whole and float(f"{part / whole:.{decimals_needed + 2}f}") == 1.0:
        decimals_needed += 1
    return f"{part / whole:.{decimals_needed}%}"


def _write(array: npt.NDArray[Any], vocabulary: OneHotVocabulary, output: Path, *, force: bool) -> None:
    """Write the array and, if it is the texts' own, the vocabulary."""
    import numpy as np

    if output.suffix != ".npy":
        raise BadSettings(f"{output}: the numbers are written as .npy; name the file so")
    words = output.with_suffix(".vocab.txt")
    require_absent(output, force=force)
    with new_files(*([words] if vocabulary.is_own else []), output, force=force) as (*lists, numbers):
        for file in lists:
            file.writelines(f"{vocabulary.word(at)}\n".encode() for at in range(vocabulary.size))
        np.lib.format.write_array(numbers, array, allow_pickle=False)


def _numbers(found: Any) -> Any:
    """Return an integer or a vector as JSON has it: of a float32 the shortest decimal that gives it again."""
    if not found.shape:
        return int(found)
    return [float(str(value)) for value in found] if found.dtype.kind == "f" else found.tolist()


def _print(encoding: Encoding, array: npt.NDArray[Any], form: str, *, as_json: bool) -> None:
    places = [(text, place) for text in range(array.shape[0]) for place in range(array.shape[1])]
    words = [encoding.tokens[text][place] for text, place in places]
    key = form.replace("-", "_")
    if as_json or form == "integer":
        rows = [
            {"text": at[0] + 1, "word": word, key: _numbers(array[at])} for at, word in zip(places, words, strict=True)
        ]
        several = as_json or not is_for_the_eye() or array.shape[0] > 1
        print_rows(rows, (*(["text"] if several else []), "word", key), as_json=as_json)
        return

    def heading(at: int) -> str:
        return encoding.label(at + 1) if form == "one-hot" else str(at + 1)

    flat = array.reshape(len(places), array.shape[2])
    if not is_for_the_eye():
        columns = ["text", "word", *(heading(at) for at in range(flat.shape[1]))]
        click.echo("\t".join(map(visible, columns)))
        for (text, _), word, row in zip(places, words, flat, strict=True):
            click.echo("\t".join([str(text + 1), visible(word), *map(str, row)]))
        return
    show: Callable[[Any], str] = str if form == "one-hot" else decimals
    several = array.shape[0] > 1
    labels = [f"{text + 1}  {word}" if several else word for (text, _), word in zip(places, words, strict=True)]
    print_matrix(
        "text  word" if several else "word",
        labels,
        flat.shape[1],
        lambda at: (heading(at), [show(value) for value in flat[:, at].tolist()]),
        [integer - 1 for integer in encoding.used] if form == "one-hot" else (),
    )
