"""``w2v shell``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.build import models
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.failures import system_said, tell_of_line
from w2vcli.cli.output import RowPrinter, is_nested, long_text, note, print_facts, print_rows, tell
from w2vcli.cli.questions import HowSure, input_lines, open_model_for_search
from w2vcli.errors import BadExpression, W2vError
from w2vcli.escaping import visible
from w2vcli.inputs import STDIN, open_stdin
from w2vcli.queries.expression import Expression
from w2vcli.signals import was_seen
from w2vcli.speaking.language import translated

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from w2vcli.models.directory import Model


@click.command("shell", cls=W2vCommand, columns=COLUMNS["shell"], more_columns=MORE_COLUMNS["shell"])
@options.model
@options.topn
@options.variants
@options.format_alone
def command(model: str | None, topn: int, variants: bool) -> None:
    """Ask a model at a prompt, with history and completion.

    \b
    Examples:
      w2v shell
      w2v shell -m google-news --topn 5
      echo ":similarity king queen" | w2v shell

    A line of words shows their nearest neighbours. A line with + or - is an
    analogy. help, or ?, lists the other questions. Tab completes words. exit, quit
    or Ctrl-D ends. In a pipe, each line of standard input is answered.
    """
    session = open_session(model, topn, variants=variants)
    if open_stdin().isatty() and (sys.stdout.isatty() or sys.stderr.isatty()):
        _converse(session)
    else:
        _answer_input(session)


@dataclass
class Session:
    """What the lines of a session share.

    That is the open model with how sure its answers are, how many words an answer has, whether ``variants`` are wanted,
    and whether ``:quit`` was said.
    """

    model: Model
    how_sure: HowSure
    topn: int
    variants: bool = True
    over: bool = False


def open_session(name: str | None, topn: int, *, variants: bool = True) -> Session:
    """Return a session with the model of a name, or the default one."""
    model = open_model_for_search(name)
    return Session(model, HowSure(model, name, wanted=variants), topn, variants)


def answer_line(session: Session, line: str, *, at_prompt: bool = False) -> None:
    """Print the answer to a line that is not empty.

    Raises
    ------
    W2vError
        If it cannot be answered.
    """
    from w2vcli.queries.lines import read_line

    read = read_line(line, session.model, note, at_prompt=at_prompt)
    if isinstance(read, Expression):
        _neighbours(session, read)
    else:
        _COMMANDS[read.name](session, read.arguments)


def _answer_input(session: Session) -> None:
    """Answer the lines of standard input. Those that cannot be answered are told, and the exit status is 1."""
    failed = False
    for number, line in input_lines():
        wrong = _try(session, line)
        if wrong is not None:
            failed = True
            told = tell_of_line(wrong, number, line)
            if is_nested():
                with RowPrinter(()) as out:
                    out.add_error(number, line, told)
        if session.over:
            if not line.startswith(":"):  # it may have been meant as a word of a list
                tell(f"Warning: line {number}: {line} has ended the shell; as a word it is asked by :similar {line}")
            break
    if failed:
        click.get_current_context().exit(1)


def _converse(session: Session) -> None:
    """Answer what is typed on a terminal. A line that fails or that Ctrl-C stops does not end the session."""
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.output import create_output

    from w2vcli.cli.ask.prompt import typed_lines
    from w2vcli.queries.lines import completions

    note(f"{session.model.facts.words:,} words. help shows what can be asked; exit or Ctrl-D ends.")
    # stdout may be a file, which is to have the answers alone: the prompt and what is typed go to the terminal.
    with create_app_session(output=create_output(always_prefer_tty=True)):
        for line in typed_lines(
            lambda: f"{visible(session.model.name)}> ", lambda before: completions(session.model, before)
        ):
            try:
                wrong = _try(session, line.strip(" \t"), at_prompt=True)
            except KeyboardInterrupt:
                was_seen()
                click.echo("\n" + translated("Interrupted."), err=True)
                continue
            if wrong is not None:
                tell(f"Error: {wrong if isinstance(wrong, W2vError) else system_said(wrong)}")
            if session.over:
                return


def _try(session: Session, line: str, *, at_prompt: bool = False) -> W2vError | OSError | None:
    """Answer a line, and return None or what is wrong with it."""
    try:
        if line:
            answer_line(session, line, at_prompt=at_prompt)
    except W2vError as error:
        return error
    except BrokenPipeError:  # nobody reads the answers any more
        raise
    except OSError as error:
        if error.errno is None:  # not from the system: a fault of the program
            raise
        return error
    return None


def _neighbours(session: Session, expression: Expression) -> None:
    from w2vcli.queries.answers import FIRST
    from w2vcli.queries.asking import answer_queries, as_query
    from w2vcli.queries.kinds_of_answers import kind_of_answer

    variants = session.how_sure.variants
    [found] = answer_queries(session.model, [as_query(expression)], session.topn, None, variants)
    if isinstance(found, W2vError):
        raise found
    # Without a word to subtract it is no analogy, and which neighbour comes first is chance.
    columns = session.how_sure.columns(
        kind_of_answer(session.model, "3cosadd", variants), without="" if expression.negative else FIRST
    )
    _print(session, found, columns, [*expression.positive, *expression.negative])


def _similar(session: Session, words: list[str]) -> None:
    _neighbours(session, Expression(words, [], []))


def _similarity(session: Session, words: list[str]) -> None:
    from w2vcli.queries.answers import WordPair
    from w2vcli.queries.search import similarity
    from w2vcli.queries.sure_answers import SurePair

    word1, word2 = words
    pairs = [WordPair(word1, word2, similarity(session.model, word1, word2))]
    kind: type[WordPair] = WordPair
    if variants := session.how_sure.variants:
        from w2vcli.queries.variant_answers import sure_pairs

        pairs, kind = sure_pairs(session.model, variants, pairs), SurePair
    _print(session, pairs, session.how_sure.columns(kind), words)


def _odd(session: Session, words: list[str]) -> None:
    from w2vcli.queries.answers import Neighbour
    from w2vcli.queries.search import similarity_to_mean
    from w2vcli.queries.sure_answers import SureOdd

    found = similarity_to_mean(session.model, words)
    kind: type[Neighbour] = Neighbour
    if variants := session.how_sure.variants:
        from w2vcli.queries.variant_answers import sure_odd

        [found], kind = sure_odd(session.model, variants, [found]), SureOdd
    _print(session, found, session.how_sure.columns(kind), words)


def _print(
    session: Session, records: Sequence[DataclassInstance], columns: Sequence[str], words: Sequence[str]
) -> None:
    """Print what is answered to ``words``, and once for a session how sure answers are."""
    with RowPrinter(columns) as out:
        for row in session.how_sure.rows(records):
            out.add(row)
    session.how_sure.tell(out, [words])


def _vector(session: Session, words: list[str]) -> None:
    from w2vcli.cli.ask import vector

    _invoke(vector.command, session, words=_no_stdin(words))


def _plot(session: Session, words: list[str]) -> None:
    """Draw words into the first free one of plot.png, plot-2.png and so on."""
    from w2vcli.cli.see import plot

    # A shell has no --force to type: what is there is never replaced.
    names = chain(["plot.png"], (f"plot-{number}.png" for number in count(2)))
    output = next(Path(name) for name in names if not os.path.lexists(name))
    _invoke(plot.command, session, vocabulary=_no_stdin(words), output=output)


def _invoke(asked: click.Command, session: Session, **arguments: Any) -> None:
    """Run a command of w2v with ``arguments`` on the model of the session."""
    click.get_current_context().invoke(asked, model=str(session.model.path), **arguments)


def _no_stdin(words: list[str]) -> tuple[str, ...]:
    if STDIN in words:
        raise BadExpression(f"{STDIN} is not a word here; :similar, :similarity and :odd take it as one")
    return tuple(words)


def _topn(session: Session, arguments: list[str]) -> None:
    """Set how many words an answer has, or show it."""
    if not arguments:
        print_facts({"topn": session.topn})
        return
    try:
        topn = int(arguments[0])
    except ValueError:
        topn = 0
    if topn < 1:
        raise BadExpression(f"not a number of words: {arguments[0]}; write, for example, :topn 20")
    session.topn = topn


def _model(session: Session, names: list[str]) -> None:
    """Switch to another model, or show which it is."""
    if names:
        opened = open_session(names[0], session.topn, variants=session.variants)
        session.model, session.how_sure = opened.model, opened.how_sure
        return
    facts = session.model.facts
    print_facts({"model": session.model.name, "words": facts.words, "vector_size": facts.vector_size})


def _models(_session: Session, _arguments: list[str]) -> None:
    click.get_current_context().invoke(models.command)


def _help(_session: Session, arguments: list[str]) -> None:
    from w2vcli.queries.lines import usages

    rows = [{"line": line, "answer": translated(text)} for line, text in usages(*arguments).items()]
    print_rows(rows, ("line", long_text("answer")))


def _quit(session: Session, _arguments: list[str]) -> None:
    session.over = True


# What the commands in `w2vcli.queries.lines` do.
_COMMANDS: dict[str, Callable[[Session, list[str]], None]] = {
    "similar": _similar,
    "similarity": _similarity,
    "odd": _odd,
    "vector": _vector,
    "plot": _plot,
    "topn": _topn,
    "model": _model,
    "models": _models,
    "help": _help,
    "quit": _quit,
}
