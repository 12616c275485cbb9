"""``w2v language-model``: train, test, next, generate."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vGroup
from w2vcli.cli.networks import network_training
from w2vcli.cli.output import Column, is_nested, long_text, print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.models.registry import find_model, model_name, suggested_name
from w2vcli.neural.network_plans import LANGUAGE_DEFAULTS, Setting, plan_language_model
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.neural.network_records import LanguageRecord


@click.group("language-model", cls=W2vGroup)
def command() -> None:
    """Learn to tell the next word of a text.

    \b
    train     a network from text; its embedding becomes a model
    next      the words that may come next, with their probabilities
    generate  a sentence, word by word
    test      the perplexity of a text, beside that of smoothed trigrams

    \b
    Examples:
      w2v language-model train novels/ -o novels-next
      w2v language-model next "i want a glass of orange"
      w2v language-model test other.txt
    """


_MODES = (
    network_training.resuming(LANGUAGE_DEFAULTS, "corpus", "column", "line_breaks", "encoding", "encoding_errors"),
    options.Mode(("vector_size",), lambda values: not values["vectors"], "the vectors of --vectors have their size"),
)


@command.command(
    "train", columns=COLUMNS["language-model train"], modes=_MODES, aliases={"--vocabulary": "--vocabulary-size"}
)
@click.argument("corpus", nargs=-1, metavar="CORPUS...", type=click.Path(allow_dash=True))
@click.option(
    "-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: name of the corpus, and -next]"
)
@network_training.settings_of(LANGUAGE_DEFAULTS)
@options.column
@options.line_breaks
@options.encoding
@options.encoding_errors
@options.force
@options.formats
@options.reporting
def train(
    corpus: tuple[str, ...],
    output: str | None,
    vectors: str | None,
    column: str | None,
    line_breaks: str,
    encoding: str,
    encoding_errors: str,
    resume: bool,
    force: bool,
    reporter: Reporter,
    **settings: Setting,
) -> None:
    """Train a language model on text.

    \b
    Examples:
      w2v language-model train novels/ -o novels-next
      w2v language-model train novels/ -o novels-gru --network recurrent
      w2v language-model train --resume -o novels-next --epochs 20

    \b
    Networks:
      feed-forward  vectors of the last words, a hidden layer with tanh, softmax
      recurrent     embedding, GRU, softmax at each word

    CORPUS is as for w2v train. A tenth of the sentences is held out. The epoch with
    the least loss on them is kept. Its perplexity stands beside that of trigrams
    with interpolated Kneser-Ney smoothing on the same text.

    The end of a sentence counts as a word. All words out of vocabulary count as one.
    """
    from w2vcli.corpus.reading import Reading
    from w2vcli.neural.language_models.language_task import LanguageTask
    from w2vcli.neural.network_store import LANGUAGE_MODELS

    said = network_training.said_of(settings, begins=not resume)
    if resume:
        target = find_model(output)
        plan = LANGUAGE_MODELS.read(target).plan(said.get("epochs"))  # type: ignore[arg-type]
    elif not corpus:
        raise click.UsageError("Missing argument 'CORPUS...'.")
    else:
        target = network_training.new_target(output or f"{suggested_name(corpus[0])}-next")
        plan = plan_language_model(
            corpus,
            Reading(column=column, line_breaks=line_breaks, encoding=encoding, encoding_errors=encoding_errors),
            vectors=None if vectors is None else open_model(vectors, reporter),
            **said,
        )
    record = network_training.run_training(LanguageTask(plan), target, reporter, resume=resume, force=force)
    _print_record(record, target)
    name = model_name(target)
    network_training.tell_of_training(record, f"w2v language-model train --resume -o {name}", reporter)
    reporter.note(f"ask it with: w2v language-model next TEXT; its embedding with: w2v similar WORD -m {name}")


def _print_record(record: LanguageRecord, target: Path) -> None:
    """Print what came out of a training: sizes, and the perplexity of the kept epoch beside that of trigrams."""
    figures = {"perplexity": record.perplexity, "baseline_perplexity": record.baseline_perplexity}
    facts: dict[str, Any] = {
        "model": model_name(target),
        "network": record.network.network,
        "parameters": record.parameters,
        **asdict(record.examples),
        "epochs": len(record.history),
        "best_epoch": record.best_epoch,
        "kept_epoch": record.kept_epoch,
        **(figures if is_nested() else {name: round(value, 2) for name, value in figures.items()}),
    }
    history = {"history": [epoch.as_row() for epoch in record.history]}
    print_facts(facts | (history if is_nested() else {}))


@command.command("next", columns=("text", "word", "probability"))
@click.argument("texts", nargs=-1, type=completing.TextOrFile(), required=True, metavar="TEXT|FILE...")
@options.model
@options.topn
@options.formats_and_file
@options.reporting
def following(texts: tuple[str, ...], model: str | None, topn: int, reporter: Reporter) -> None:
    """Tell which words may come next.

    \b
    Examples:
      w2v language-model next "i want a glass of orange"
      w2v language-model next - --topn 1 < beginnings.txt

    TEXT is the beginning of a sentence. A FILE has one a line, and - is standard
    input. The answer </s> is the end of the sentence.
    """
    from w2vcli.neural.language_models.language_model import open_language_model

    opened = open_language_model(find_model(model))
    found = read_texts(texts)
    rows = [{"text": text} | word._asdict() for text in found for word in opened.next(text, topn)]
    several = len(found) > 1
    print_rows(rows, (*([long_text("text")] if several else []), "word", "probability"))


@command.command("generate", aliases={"--words": "--max-words"}, columns=("text",))
@click.argument("text", required=False, default="")
@click.option("--max-words", type=click.IntRange(min=1), default=30, help="Most words in a sentence.")
@click.option("--sentences", type=click.IntRange(min=1), default=1, help="How many sentences to generate.")
@click.option(
    "--temperature",
    type=click.FloatRange(0, 100, min_open=True),
    default=0.8,
    help="Below 1 likely words are drawn more often, above 1 less often.",
)
@options.seed
@options.model
@options.formats_and_file
@options.reporting
def generate(
    text: str,
    max_words: int,
    sentences: int,
    temperature: float,
    seed: int,
    model: str | None,
    reporter: Reporter,
) -> None:
    """Write sentences, word by word at random.

    \b
    Examples:
      w2v language-model generate "the king"
      w2v language-model generate --sentences 5 --temperature 1
    """
    from w2vcli.neural.language_models.language_model import open_language_model

    opened = open_language_model(find_model(model))
    # Each sentence by a seed of its own, so that more --sentences do not change the first ones.
    found = [" ".join(opened.generate(text, max_words, temperature, seed + number)) for number in range(sentences)]
    print_rows([{"text": sentence} for sentence in found], (Column("text", wraps=True),))


@command.command("test", columns=("model", "words", "unknown", "perplexity"))
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(allow_dash=True))
@options.model
@options.formats_and_file
@options.reporting
def test(corpus: tuple[str, ...], model: str | None, reporter: Reporter) -> None:
    """Tell the perplexity of a text, beside that of trigrams.

    \b
    Examples:
      w2v language-model test other.txt

    Perplexity is the inverse of the geometric mean of the probabilities of all
    words. Less is better. The text is read as the training text was.
    """
    from w2vcli.neural.language_models.language_model import open_language_model

    opened = open_language_model(find_model(model))
    found = opened.measure(corpus, reporter)
    rows = [
        {"model": name, "words": found.words, "unknown": found.unknown, "perplexity": value}
        for name, value in ((opened.record.network.network, found.perplexity), ("trigrams", found.trigrams))
    ]
    print_rows(rows, ("model", "words", "unknown", "perplexity"))
