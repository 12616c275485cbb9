"""The description of the command line for programs, and the documents beside it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from tests.conftest import ROOT, W2v, require
from tests.test_cli_command import commands
from tests.test_docs import DOCUMENTS, code_of
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.everywhere import EVERYWHERE
from w2vcli.cli.main import SECTIONS, cli
from w2vcli.queries import answers, sure_answers

# What a shell takes for the end of a command.
_ENDS = {"|", "||", "&&", ";", "&", ">", ">>", "<", "2>", "2>&1", ")", "2>/dev/null", ">/dev/null", "2>&-"}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    from w2vcli.cli.command_line import describe

    found: dict[str, Any] = json.loads(json.dumps(describe(cli, SECTIONS)))
    return found


def test_the_description_fits_its_schema(w2v: W2v) -> None:
    require("jsonschema")
    import jsonschema

    run = w2v("--help-json")
    assert (run.status, run.err) == (0, "")
    schema = json.loads((ROOT / "docs" / "help.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(run.json, schema)


def test_it_is_the_same_in_all_languages(w2v: W2v) -> None:
    assert w2v("--lang", "ko", "--help-json").out == w2v("--help-json").out


def test_it_has_every_command_with_every_option(description: dict[str, Any]) -> None:
    found = {command["name"]: command for command in description["commands"]}
    known = {" ".join(typed): command for typed, command in commands() if not isinstance(command, click.Group)}
    assert found.keys() == known.keys()
    for name, command in known.items():
        parameters = found[name]["parameters"]
        assert [parameter["name"] for parameter in parameters] == [parameter.name for parameter in command.params]
        for parameter in parameters:
            assert parameter["kind"] == "argument" or parameter["help"], (name, parameter["name"])
            assert parameter["default"] is None or parameter["choices"] is None or parameter["repeatable"] or (
                parameter["default"] in parameter["choices"]
            )  # fmt: skip
    assert [each["name"] for each in description["everywhere"]] == [option.name for option in EVERYWHERE]


def test_an_option_is_told_with_all_that_a_program_needs(description: dict[str, Any]) -> None:
    [similar] = [command for command in description["commands"] if command["name"] == "similar"]
    [topn] = [parameter for parameter in similar["parameters"] if parameter["name"] == "topn"]
    assert topn == {
        "kind": "option", "name": "topn", "spellings": ["-n", "--topn"], "spellings_off": [], "metavar": None,
        "type": "integer", "choices": None, "minimum": 1, "maximum": None, "default": 10, "required": False,
        "repeatable": False, "values": 1, "variable": "W2V_SIMILAR_TOPN", "help": "How many words to show.",
    }  # fmt: skip
    assert similar["examples"][0] == "w2v similar girl"
    assert similar["formats"] == [each["name"] for each in description["formats"]]
    [words] = [parameter for parameter in similar["parameters"] if parameter["kind"] == "argument"]
    assert (words["metavar"], words["required"], words["repeatable"]) == ("WORD...", True, True)


def test_columns_are_those_of_the_answers(description: dict[str, Any]) -> None:
    def of(*kinds: type) -> set[str]:
        return {field.name for kind in kinds for field in fields(kind)}

    columns = {command["name"]: set(command["columns"] or ()) for command in description["commands"]}
    assert columns["similar"] == of(answers.CountedNeighbour, sure_answers.SureNeighbour) - {answers.FIRST}
    assert columns["analogy"] == of(*answers.ANSWERS.values(), *answers.COUNTED.values(), *sure_answers.SURE.values())
    assert columns["similarity"] == of(sure_answers.SurePair)
    assert columns["odd"] == of(sure_answers.SureOdd)


def test_columns_of_records_are_their_fields(description: dict[str, Any]) -> None:
    """They stand in a table of their own, since help of all commands would have to import what has the records."""
    from w2vcli.evidence.reasons import Explanation
    from w2vcli.lessons.distances import ArrayFacts, Comparison
    from w2vcli.lessons.pairs import Tally
    from w2vcli.measure.figures import SureFigure
    from w2vcli.models.doctor import Examination
    from w2vcli.models.facts import Facts
    from w2vcli.models.rehearsal import Rehearsed
    from w2vcli.models.runs import Receipt
    from w2vcli.queries.axis_trust import AxisTrust, PairAgreement, PlacedWord
    from w2vcli.queries.predicting import LikelyWord
    from w2vcli.queries.ranks import RankedPair
    from w2vcli.queries.word_sets import ListDistance
    from w2vcli.training.advice import Advice

    records: dict[str, tuple[Any, ...]] = {
        "train": (Receipt, Advice), "info": (Facts, Examination), "load": (Rehearsed,), "rank": (RankedPair,),
        "distance": (ListDistance,), "predict": (LikelyWord,), "why": (Explanation,), "evaluate": (SureFigure,),
        "features": (AxisTrust, PairAgreement, PlacedWord), "pairs": (Tally,), "encode": (ArrayFacts, Comparison),
    }  # fmt: skip
    columns = {command["name"]: set(command["columns"] or ()) for command in description["commands"]}
    for name, kinds in records.items():
        for kind in kinds:
            names = getattr(kind, "_fields", None) or {field.name for field in fields(kind)}
            assert set(names) <= columns[name], (name, kind)


def test_every_command_that_has_answers_tells_their_columns(description: dict[str, Any]) -> None:
    for command in description["commands"]:
        assert bool(command["columns"]) == bool(command["formats"]), command["name"]
        assert len(set(command["columns"] or ())) == len(command["columns"] or ()), command["name"]
    assert MORE_COLUMNS.keys() <= COLUMNS.keys() <= {command["name"] for command in description["commands"]}


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    "typed",
    [
        *("similar king", "analogy king - man", "similarity king queen", "odd king queen apple", "words", "models"),
        *("cache", "doctor", "config similar", "rank king queen", "rank king queen --closer", "distance king queen"),
        *("pairs 'a b'", "step king queen", "lecture", "paths", "rm toy --dry-run", "load --list", "info --memory"),
    ],
)
def test_what_commands_print_has_no_other_columns(w2v: W2v, description: dict[str, Any], typed: str) -> None:
    [command] = [command for command in description["commands"] if command["name"] == typed.split(maxsplit=1)[0]]
    run = w2v(*shlex.split(typed), "--format", "csv")
    assert set(run.out.splitlines()[0].split(",")) <= set(command["columns"]), run.err


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("typed", ["info", "lookup king", "vector king", "embed king", "features king", "encode 'a b'"])
def test_what_commands_print_as_json_has_no_other_keys(w2v: W2v, description: dict[str, Any], typed: str) -> None:
    [command] = [command for command in description["commands"] if command["name"] == typed.split(maxsplit=1)[0]]
    more = ["--axis", "sex=man:woman"] if typed.startswith("features") else []
    run = w2v(*shlex.split(typed), *more, "--json")
    assert {key for row in run.json for key in row} - {"sex"} <= set(command["columns"]), run.err


@pytest.mark.usefixtures("toy")
def test_a_field_that_no_answer_has_is_refused_before_the_work(w2v: W2v) -> None:
    run = w2v("compare", "nowhere", "elsewhere", "--fields", "word,shift")
    assert run.status == 2
    assert "no field 'shift' in this answer; its fields: word, difference" in run.err


def lines_of(path: Path) -> Iterator[list[str]]:
    """Yield what is typed behind ``w2v`` in the code of a document, as far as the shell takes it for one command."""
    for line in code_of(path):
        for typed in re.findall(r"(?:^|[|&;(`] ?|\$ |\$\(|<\()w2v +([^`]*)", line):
            try:
                words = shlex.split(re.sub(r"(?<![&\d])[|;&)]", lambda sign: f" {sign[0]} ", typed), comments=True)
            except ValueError:  # it goes on in the next line
                continue
            ends = (at for at, word in enumerate(words) if word in _ENDS or re.match(r"\d?[<>]", word))
            words = words[: next(ends, len(words))]
            if not words or re.fullmatch(r"-\S+|[a-z-]+", words[0]):  # w2v COMMAND is none
                yield words


def parse(words: list[str], description: dict[str, Any]) -> str | None:  # noqa: PLR0911 - a cause each
    """Return what is wrong with a command line, going by the description alone."""
    named = {command["name"]: command for command in description["commands"]}
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] == "--lang" else words[1:]
    name = next((" ".join(words[:count]) for count in (2, 1) if " ".join(words[:count]) in named), None)
    if name is None:
        is_group = words and any(each.startswith(f"{words[0]} ") for each in named)
        return None if not words or is_group else f"no command {words[0]}"
    parameters = [*named[name]["parameters"], *description["everywhere"]]
    options = {each: found for found in parameters for each in (*found["spellings"], *found["spellings_off"])}
    rest = iter(words[len(name.split()) :])
    given = 0
    for word in rest:
        value: str | None
        option, sign, value = word.partition("=")
        if word in {"--help", "-h"}:
            return None
        if not option.startswith("--") and option not in options:
            given += 1  # also -word, in questions
            continue
        if option not in options:
            return f"{name} has no {option}"
        for _ in range(options[option]["values"]):
            value = value if sign else next(rest, None)
            choices = options[option]["choices"]
            if value is None:  # a sentence names the option alone
                return None
            if value == "" or (choices and value not in choices):
                return f"{name} {option} takes no {value!r}"
    arguments = [found for found in parameters if found["kind"] == "argument"]
    if given > len(arguments) and not any(found["repeatable"] for found in arguments):
        return f"{name} takes {len(arguments)} arguments, not {given}"
    return None


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("similar girl -n 5", None), ("similr girl", "no command similr"), ("odd --tpon 5", "odd has no --tpon"),
        ("--lang ko similar girl", None), ("encode a --as on-hot", "encode --as takes no 'on-hot'"),
        ("classify train x --epochs 3", None), ("use a b", "use takes 1 arguments, not 2"), ("classify", None),
    ],
)  # fmt: skip
def test_the_description_is_enough_to_check_a_command_line(
    description: dict[str, Any], line: str, wrong: str | None
) -> None:
    assert parse(shlex.split(line), description) == wrong


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_of_a_document_is_one(description: dict[str, Any], path: Path) -> None:
    wrong = {" ".join(words): found for words in lines_of(path) if (found := parse(words, description))}
    assert not wrong


def test_documents_have_command_lines(description: dict[str, Any]) -> None:
    assert sum(1 for path in DOCUMENTS for _ in lines_of(path)) > 300
