"""``w2v game``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.failures import tell_of_line
from w2vcli.cli.output import RowPrinter, is_for_the_eye, note, tell
from w2vcli.cli.questions import input_lines, open_model_for_search
from w2vcli.cli.tables import cells_of, terminal_width
from w2vcli.errors import UnknownWords, W2vError
from w2vcli.escaping import visible
from w2vcli.inputs import open_stdin
from w2vcli.speaking.language import Spoken, heading, known, translated

if TYPE_CHECKING:
    from w2vcli.lessons.guessing import Game, Guess
    from w2vcli.models.directory import Model

_COLUMNS = ("guess", "word", "similarity", "rank")
_NEAREST_SHOWN = 10
_WIDE = 60
_BAR = 20
# What a line may be besides a guess. A word of that spelling is guessed without the colon.
_HINT, _LIST, _GIVE_UP, _QUIT, _HELP = "hint", "list", "give-up", "quit", "help"
_COMMANDS = {
    f":{name}": command
    for command, names in {
        _HINT: ("hint", "힌트"),
        _LIST: ("list", "목록"),
        _GIVE_UP: ("give-up", "포기"),
        _QUIT: ("quit", "exit", "끝"),
        _HELP: ("help", "도움말"),
    }.items()
    for name in names
} | {"?": _HELP}


@click.command("game", cls=W2vCommand, columns=_COLUMNS)
@options.model
@click.option("--seed", type=int, help="Seed of the secret word.  [default: the day]")
@click.option("--secret", is_flag=True, help="Ask for the secret word, hidden; in a pipe it is the first line.")
@options.formats
def command(model: str | None, seed: int | None, secret: bool) -> None:
    """Guess a secret word by how similar your words are to it.

    \b
    Examples:
      w2v game
      w2v game -m novels --seed 7
      w2v game --secret

    Each guess shows its similarity to the secret times 100, and its rank if it is
    one of the 1,000 nearest words; 1 is the nearest. The secret is a frequent word
    of the model, for all who play with it the same on one day. :hint shows a word
    that is nearer than your best one, :list your guesses from the best, :give-up
    the secret and its nearest words. In a pipe, each line is a guess.
    """
    from w2vcli.lessons.guessing import Game, choose_secret

    opened = open_model_for_search(model)
    lines = _typed(opened) if _is_played_by_hand() else _piped()
    if secret:
        row = _ask_secret(opened, lines)
    else:
        day = f"{datetime.now().astimezone():%Y-%m-%d}"
        row = choose_secret(opened, day if seed is None else str(seed))
    game = Game(opened, row)
    _tell_start(game)
    failed = _play(game, lines)
    if failed:
        click.get_current_context().exit(1)


def _is_played_by_hand() -> bool:
    return open_stdin().isatty() and sys.stdout.isatty()


def _typed(model: Model) -> Iterator[tuple[int | None, str]]:
    """Yield what is typed at a prompt, without numbers of lines."""
    from w2vcli.cli.ask.prompt import typed_lines

    def complete(before: str) -> list[str]:
        typed = before.strip()
        names = [name for name in _COMMANDS if typed.startswith(":") and name.startswith(typed)]
        return names or (model.words.starting_with(typed, _NEAREST_SHOWN) if typed else [])

    for line in typed_lines(lambda: "> ", complete, lasting=False):
        yield None, line.strip(" \t")


def _piped() -> Iterator[tuple[int | None, str]]:
    yield from input_lines()


def _ask_secret(model: Model, lines: Iterator[tuple[int | None, str]]) -> int:
    """Return the row of a word that is not shown while it is typed. No option takes it, which others could see."""
    from w2vcli.queries.suggestions import explain

    if _is_played_by_hand():
        word = click.prompt(translated("Secret word"), hide_input=True, err=True).strip()
    else:
        word = next(lines, (None, ""))[1]
    row = model.words.row(word)
    if row is None:
        raise UnknownWords({word: explain(word, model)})
    return row


def _tell_start(game: Game) -> None:
    """Say what is played with, and how similar the nearest words are."""
    name, size = visible(game.model.name), len(game.model.words)
    note(f"Guess the word of {name}, one of {size:,}. :help lists what can be typed.")
    if game.nearest:
        first, last = (100 * game.nearest[at].similarity for at in (0, -1))
        note(f"The nearest word has {first:.2f}, the one of rank {len(game.nearest):,} has {last:.2f}.")


def _play(game: Game, lines: Iterator[tuple[int | None, str]]) -> bool:
    """Take guesses until the secret is found, or there are no more; tell whether a line of a pipe could not be read."""
    failed = False
    if is_for_the_eye() and _is_played_by_hand():
        _print_line(heading("guess"), heading("word"), "x 100", heading("rank"))
        failed = _take(game, lines, lambda guess: _print_guess(game, guess))
    else:
        with RowPrinter(_COLUMNS) as out:

            def show(guess: Guess) -> None:
                out.add({name: getattr(guess, name) for name in _COLUMNS})
                out.flush()

            failed = _take(game, lines, show)
    return failed


def _take(game: Game, lines: Iterator[tuple[int | None, str]], show: Callable[[Guess], None]) -> bool:
    failed = False
    for number, line in lines:
        if not line:
            continue
        command = _COMMANDS.get(line)
        if command in {_GIVE_UP, _QUIT}:
            if command == _GIVE_UP:
                note(f"The word was {visible(game.word)}.")
                _tell_nearest(game)
            break
        if command is not None:
            _obey(game, command)
            continue
        try:
            guess = game.guess(line)
        except W2vError as error:
            if number is None:
                tell(f"Error: {error}")
            else:
                failed = True
                tell_of_line(error, number, line)
            continue
        show(guess)
        if guess.is_right:
            note(f"{visible(game.word)} it is: {guess.guess:,} guesses, {game.hints:,} hints.")
            _tell_nearest(game)
            break
    return failed


def _obey(game: Game, command: str) -> None:
    if command == _HELP:
        note("A word is a guess. :hint, :list, :give-up and :quit (:힌트, :목록, :포기, :끝) are no guesses.")
    elif command == _LIST:
        for guess in sorted(game.guesses.values(), key=lambda guess: -guess.similarity):
            _print_guess(game, guess, err=True)
    elif (nearer := game.hint()) is not None:
        note(f"Hint: {visible(nearer)} is nearer.")
    else:
        note(f"Hint: it has {len(game.word):,} letters and begins with {visible(game.beginning())}.")


def _tell_nearest(game: Game) -> None:
    """Show the words that are nearest to the secret."""
    shown = ", ".join(f"{visible(each.word)} {100 * each.similarity:.2f}" for each in game.nearest[:_NEAREST_SHOWN])
    note(Spoken(f"{known('Nearest words')}: {shown}"))


def _print_guess(game: Game, guess: Guess, *, err: bool = False) -> None:
    """Print a guess as a line for the eye, and below it the best one if that is another."""
    _print_line(
        str(guess.guess), visible(guess.word), f"{100 * guess.similarity:.2f}", _rank(guess, len(game.nearest)), err=err
    )
    best = game.best
    if not err and best is not None and best is not guess and guess.guess == len(game.guesses):
        told = f"{visible(best.word)} {100 * best.similarity:.2f}"
        note(Spoken(f"     {known('best so far')}: {told}"))


def _rank(guess: Guess, ranked: int) -> str:
    """Return a rank, with a bar that grows towards the secret where there is room."""
    if guess.rank is None:
        return f"> {ranked:,}"
    if terminal_width() < _WIDE:
        return f"{guess.rank:,}"
    full = round(_BAR * (1 - guess.rank / (ranked + 1)))
    return f"{guess.rank:>5,} {'█' * full}{'░' * (_BAR - full)}"


def _print_line(number: str, word: str, similarity: str, rank: str, *, err: bool = False) -> None:
    room = 20 if terminal_width() >= _WIDE else 14
    blanks = " " * max(room - cells_of(word), 1)
    click.echo(f"{' ' * max(5 - cells_of(number), 0)}{number}  {word}{blanks}{similarity:>7}  {rank}", err=err)
