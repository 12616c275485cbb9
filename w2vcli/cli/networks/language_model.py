"""``w2v language-model``: train, test, next, generate."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vGroup
from w2vcli.cli.networks.epochs import tell_of_training, telling_what_is_kept
from w2vcli.cli.output import print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.compression import STDIN
from w2vcli.models.registry import find_model, model_name, offer_default, path_for_new, require_writable, suggested_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.neural.language_model import LanguageCard

# What differs from the one network to the other.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "feed-forward": {"window": 4, "batch_size": 256},
    "recurrent": {"window": 32, "batch_size": 16},
}


@click.group("language-model", cls=W2vGroup)
def command() -> None:
    """Learn to tell the next word of a text.

    \b
    train     a network from text; its embedding is a model as any other
    next      the words that may come next, with their probabilities
    generate  a sentence, word by word
    test      the perplexity of a text, beside that of smoothed trigrams

    \b
    Examples:
      w2v language-model train novels/ -o novels-next
      w2v language-model next "i want a glass of orange"
      w2v language-model test other.txt
    """


_SETTINGS = (
    *("network", "window", "vector_size", "units", "dropout", "vectors", "frozen", "tokenizer", "lowercase", "column"),
    *(
        "line_breaks",
        "encoding",
        "encoding_errors",
        "vocabulary_size",
        "min_count",
        "validation",
        "patience",
        "batch_size",
    ),
    *("learning_rate", "seed"),
)
_MODES = (
    options.Mode(
        ("corpus", *_SETTINGS, "force"),
        lambda values: not values["resume"],
        "--resume goes on with the text and the settings it began with",
    ),
    options.Mode(("vector_size",), lambda values: not values["vectors"], "the vectors of --vectors have their size"),
)


@command.command("train", modes=_MODES, aliases={"--vocabulary": "--vocabulary-size"})
@click.argument("corpus", nargs=-1, metavar="CORPUS...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", metavar="MODEL", help="Name or path.  [default: name of the corpus, and -next]")
@click.option(
    "--network",
    type=click.Choice(["feed-forward", "recurrent"]),
    default="feed-forward",
    show_default=True,
    help="Network.",
)
@click.option(
    "--window", type=click.IntRange(1, 1000), help="Words that are seen, or rows of them.  [default: 4; recurrent: 32]"
)
@click.option(
    "--vector-size", type=click.IntRange(1, 65536), default=64, show_default=True, help="Numbers in a vector."
)
@click.option(
    "--units", type=click.IntRange(1, 65536), default=128, show_default=True, help="Units of the hidden layer."
)
@click.option(
    "--dropout", type=click.FloatRange(0, 0.95), default=0.2, show_default=True, help="Share left out at random."
)
@click.option("--vectors", type=options.ModelName(), metavar="MODEL", help="Begin with the vectors of a model.")
@click.option("--frozen", is_flag=True, help="Leave these vectors as they are.")
@click.option("--tokenizer", type=options.TOKENIZER, default="unicode", show_default=True, help=options.TOKENIZED)
@click.option("--lowercase/--no-lowercase", default=True, show_default=True, help="Make words lower-case.")
@click.option("--column", metavar="NAME", help="Column of a table that holds the text.")
@options.line_breaks
@options.encoding
@options.encoding_errors
@click.option("--vocabulary-size", type=click.IntRange(min=1), default=10_000, show_default=True, help="So many words.")
@click.option("--min-count", type=click.IntRange(min=1), default=2, show_default=True, help="Least count of a word.")
@click.option(
    "--validation",
    type=click.FloatRange(0, 0.9, min_open=True),
    default=0.1,
    show_default=True,
    help="Share of the sentences that is put aside.",
)
@click.option("--epochs", type=click.IntRange(min=1), default=10, show_default=True, help="Passes at most.")
@click.option(
    "--patience",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Epochs to wait for a better one; 0: all.",
)
@click.option("--batch-size", type=click.IntRange(min=1), help="Examples in a step.  [default: 256; recurrent: 16]")
@click.option(
    "--learning-rate", type=click.FloatRange(0, 1, min_open=True), default=1e-3, show_default=True, help="Adam's."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Seed of all random numbers."
)
@click.option("--resume", is_flag=True, help="Go on with a training that was interrupted, or for more --epochs.")
@options.force
@options.as_json
@options.reporting
def train(
    corpus: tuple[str, ...],
    output: str | None,
    resume: bool,
    force: bool,
    as_json: bool,
    reporter: Reporter,
    **given: Any,
) -> None:
    """Train a language model on text.

    CORPUS is as for w2v train. A tenth of the sentences is put aside; the epoch
    with the least loss on them is kept, and its perplexity is told beside that of
    trigrams with interpolated Kneser-Ney smoothing on the same text. The end of a
    sentence counts as a word, and all words that are too seldom as one.

    \b
    Networks:
      feed-forward  vectors of the last words, a hidden layer with tanh, softmax
      recurrent     embedding, GRU, softmax at each word

    \b
    Examples:
      w2v language-model train novels/ -o novels-next
      w2v language-model train novels/ -o novels-gru --network recurrent
      w2v language-model train --resume -o novels-next --epochs 20
    """
    from w2vcli.neural.language_model import LANGUAGE_MODELS
    from w2vcli.neural.language_training import resume_language_model, train_language_model

    if resume:
        target = find_model(output)
        plan = _plan_of(LANGUAGE_MODELS.read(target), given["epochs"] if "epochs" in options.said() else None)
        with telling_what_is_kept(target):
            card = resume_language_model(plan, target, reporter)
    else:
        if not corpus:
            raise click.UsageError("Missing argument 'CORPUS...'.")
        target = path_for_new(output or f"{suggested_name(corpus[0])}-next")
        require_writable(target)
        plan = _plan(corpus, given, reporter)
        with telling_what_is_kept(target):
            card = train_language_model(plan, target, reporter, force=force)
    offer_default(target, reporter)
    _print_card(card, target, as_json=as_json)
    again = f"w2v language-model train --resume -o {model_name(target)}"
    tell_of_training(card.history, card.best_epoch, card.fitting.epochs, again, reporter)
    reporter.note(
        f"ask it with: w2v language-model next TEXT; its embedding with: w2v similar WORD -m {model_name(target)}"
    )


def _plan(corpus: tuple[str, ...], given: dict[str, Any], reporter: Reporter) -> Any:
    from w2vcli.corpus.reading import Reading
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.neural.fitting import Fitting
    from w2vcli.neural.language_model import LanguageNetwork
    from w2vcli.neural.language_training import LanguagePlan

    values = given | {name: value for name, value in _DEFAULTS[given["network"]].items() if given[name] is None}
    values["word_rules"] = WORD_RULES
    vectors = None if values["vectors"] is None else open_model(values["vectors"], reporter)
    if vectors is not None:
        values["vector_size"] = vectors.facts.vector_size
    elif values["frozen"]:
        raise click.UsageError("--frozen vectors have to come from somewhere; add --vectors MODEL.")

    def part(kind: Any) -> Any:
        return kind(**{name: values[name] for name in kind.__dataclass_fields__ if name in values})

    names = tuple(name if name == STDIN or "://" in name else str(Path(name).absolute()) for name in corpus)
    return LanguagePlan(
        sources=names,
        reading=part(Reading),
        network=part(LanguageNetwork),
        fitting=part(Fitting),
        vocabulary=values["vocabulary_size"],
        min_count=values["min_count"],
        validation=values["validation"],
        vectors=vectors,
        frozen=values["frozen"],
    )


def _plan_of(card: LanguageCard, epochs: int | None) -> Any:
    """Return the plan that a language model was trained by, with more epochs."""
    from w2vcli.neural.language_training import LanguagePlan

    was = card.data
    return LanguagePlan(
        sources=tuple(was["sources"]),
        reading=_reading(was["reading"]),
        network=card.network,
        fitting=card.fitting if epochs is None else replace(card.fitting, epochs=epochs),
        vocabulary=was["vocabulary"],
        min_count=was["min_count"],
        validation=was["validation"],
    )


def _reading(values: dict[str, Any]) -> Any:
    from w2vcli.corpus.reading import Reading

    return Reading(**values | {"stop_words": tuple(values["stop_words"])})


def _print_card(card: LanguageCard, target: Path, *, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "model": model_name(target),
        "network": card.network.network,
        "parameters": card.parameters,
        **card.words,
        "epochs": len(card.history),
        "best_epoch": card.best_epoch,
        "perplexity": card.perplexity if as_json else round(card.perplexity, 2),
        "baseline_perplexity": card.baseline_perplexity if as_json else round(card.baseline_perplexity, 2),
    }
    print_facts(facts | ({"history": card.history} if as_json else {}), as_json=as_json)


@command.command("next")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT|FILE...")
@options.model
@options.topn
@options.as_json
@options.reporting
def following(texts: tuple[str, ...], model: str | None, topn: int, as_json: bool, reporter: Reporter) -> None:
    """Tell which words may come next.

    TEXT is the beginning of a sentence; a FILE has one a line, - is standard
    input. </s> is the end of the sentence.

    \b
    Examples:
      w2v language-model next "i want a glass of orange"
      w2v language-model next - --topn 1 < beginnings.txt
    """
    from w2vcli.neural.language_model import open_language_model

    opened = open_language_model(find_model(model))
    found = read_texts(texts)
    rows = [{"text": text} | asdict(word) for text in found for word in opened.next(text, topn)]
    several = len(found) > 1
    print_rows(rows, (*(["text"] if several else []), "word", "probability"), as_json=as_json)


@command.command("generate", aliases={"--words": "--max-words"})
@click.argument("text", required=False, default="")
@click.option("--max-words", type=click.IntRange(min=1), default=30, show_default=True, help="Words to add at most.")
@click.option("--sentences", type=click.IntRange(min=1), default=1, show_default=True, help="So many sentences.")
@click.option(
    "--temperature",
    type=click.FloatRange(0, 100, min_open=True),
    default=0.8,
    show_default=True,
    help="Below 1 probable words are drawn more often, above 1 less often.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Seed of the draws.")
@options.model
@options.as_json
@options.reporting
def generate(
    text: str,
    max_words: int,
    sentences: int,
    temperature: float,
    seed: int,
    model: str | None,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Write sentences, word by word at random.

    \b
    Examples:
      w2v language-model generate "the king"
      w2v language-model generate --sentences 5 --temperature 1
    """
    from w2vcli.neural.language_model import open_language_model

    opened = open_language_model(find_model(model))
    found = [" ".join(opened.generate(text, max_words, temperature, seed + number)) for number in range(sentences)]
    print_rows([{"text": sentence} for sentence in found], ("text",), as_json=as_json)


@command.command("test")
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(allow_dash=True))
@options.model
@options.as_json
@options.reporting
def test(corpus: tuple[str, ...], model: str | None, as_json: bool, reporter: Reporter) -> None:
    """Tell the perplexity of a text, beside that of trigrams.

    Perplexity is the inverse of the geometric mean of the probabilities of all
    words; less is better. The text is read as the training text was.

    \b
    Examples:
      w2v language-model test other.txt
    """
    from w2vcli.neural.language_model import open_language_model
    from w2vcli.neural.language_training import numbers_of_text
    from w2vcli.neural.ngrams import split_sentences

    opened = open_language_model(find_model(model))
    text = numbers_of_text(corpus, _reading(opened.card.data["reading"]), opened.words, reporter)
    unknown = int((text == len(opened.words) + 1).sum())
    with reporter.phase("testing", len(text), "words") as advance:
        perplexities = {
            opened.card.network.network: opened.perplexity(text),
            "trigrams": opened.baseline().perplexity(split_sentences(text)),
        }
        advance(len(text))
    rows = [
        {"model": name, "words": len(text), "unknown": unknown, "perplexity": value}
        for name, value in perplexities.items()
    ]
    print_rows(rows, ("model", "words", "unknown", "perplexity"), as_json=as_json)
