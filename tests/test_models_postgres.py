"""Tables of PostgreSQL with pgvector: a server of its own, for these tests, and another client to look at them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, require
from tests.postgres_server import serve_postgres
from tests.test_serve import SQL, expected
from w2vcli.errors import BadSettings, BadVocabulary
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.formats.blocks import Block
from w2vcli.models.formats.postgres.address import parse_address
from w2vcli.models.formats.postgres.packing import RowPacker
from w2vcli.models.registry import path_for_new

__all__ = ["expected"]
WORDS = ["king", "q\"u'e;\\en", "소녀", "", "a\tb\n", "\\N", "'); DROP TABLE news; --", "\U0001f600"]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Start a server once for these tests, and yield the address of its database."""
    require("psycopg")
    with serve_postgres() as address:
        yield address


@pytest.fixture
def ask(database: str) -> Iterator[Any]:
    """Return what runs SQL by a connection of its own and returns the rows. The database is empty in the end."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:

        def run(query: Any) -> list[tuple[Any, ...]]:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

        run("CREATE EXTENSION IF NOT EXISTS vector")
        yield run
        run("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS other CASCADE")


@pytest.fixture
def odd(make_model: MakeModel) -> Model:
    values = np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32)
    values[0] = [1, -0.0, 1e-30, -1e30, 0.1]
    return make_model(WORDS, values, "odd", counts=[2**40, *range(len(WORDS) - 1, 0, -1)])


def subprocess_w2v(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "w2vcli", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_a_model_comes_back_from_a_table_as_it_was(w2v: W2v, odd: Model, database: str, ask: Any) -> None:
    address = f"{database}?table=news"
    run = w2v("convert", "odd", address, "--json")
    assert run.json == [{"output": address, "format": "PostgreSQL", "words": len(WORDS)}]
    assert w2v("load", address, "--json").json[0] | {"words": 8, "vector_size": 5, "format": "PostgreSQL"}
    back = open_model_directory(path_for_new("news"))
    assert list(back.words) == WORDS
    assert np.array_equal(back.vectors[:].view(np.uint32), odd.vectors[:].view(np.uint32))
    assert back.counts is not None
    assert odd.counts is not None
    assert back.counts.tolist() == odd.counts.tolist()
    assert back.facts.source["origin"] == address
    assert [row[0] for row in ask("SELECT word FROM news ORDER BY row")] == WORDS
    assert w2v("load", address, "-o", "few", "--limit", "2").status == 0
    assert list(open_model_directory(path_for_new("few")).words) == WORDS[:2]
    dry = w2v("load", address, "-o", "no", "--dry-run", "--json").json[0]
    assert (dry["format"], dry["words"], dry["vector_size"]) == ("PostgreSQL", 8, 5)
    types = "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'news'::regclass"
    columns = [("row", "integer"), ("word", "text"), ("count", "bigint"), ("vector", "vector(5)")]
    assert ask(f"{types} AND attnum > 0") == columns
    [(comment,)] = ask("SELECT obj_description('news'::regclass)")
    assert json.loads(comment) | {"words": 8, "vector_size": 5, "type": "vector"} == json.loads(comment)
    indexes = "SELECT indexdef FROM pg_indexes WHERE tablename = 'news' ORDER BY 1"
    assert [row[0].partition(" ON ")[2] for row in ask(indexes)] == [
        "public.news USING hnsw (vector vector_cosine_ops) WITH (m='16', ef_construction='64')",
        'public.news USING btree ("row")',
        "public.news USING btree (word)",
    ]


def test_sql_gives_the_order_of_w2v(w2v: W2v, make_model: MakeModel, database: str, ask: Any) -> None:
    values = np.random.default_rng(1).normal(size=(300, 20))
    make_model([f"w{at}" for at in range(300)], values, "m")
    assert w2v("convert", "m", f"{database}?table=exact&index=none").status == 0
    assert w2v("convert", "m", f"{database}?table=half&type=halfvec&m=8&ef_construction=200").status == 0
    for word in ("w0", "w7", "w299"):
        expected = [row[0] for row in w2v("similar", word, "-m", "m", "-n", "20", "--format", "tsv").rows]
        query = (
            "SELECT word FROM {} WHERE word <> '{word}' "
            "ORDER BY vector <=> (SELECT vector FROM {} WHERE word = '{word}') LIMIT 20"
        )
        assert [row[0] for row in ask(query.format("exact", "exact", word=word))] == expected
        assert len({row[0] for row in ask(query.format("half", "half", word=word))} & set(expected)) >= 18
    assert w2v("load", f"{database}?table=half").status == 0
    back = open_model_directory(path_for_new("half")).vectors[:]
    assert np.array_equal(back, values.astype(np.float32).astype(np.float16).astype(np.float32))


def test_the_questions_of_the_document_find_what_w2v_finds(
    w2v: W2v, expected: list[str], database: str, ask: Any
) -> None:
    assert w2v("convert", "english", f"{database}?table=english").status == 0
    analogy = [row[0] for row in w2v("analogy", "king - man + woman", "-m", "english", "--format", "tsv").rows]
    assert [[row[0] for row in ask(code)] for code in SQL] == [expected, analogy]


@pytest.mark.parametrize("table", ['x"; DROP TABLE other; --', "a.b", "N E W S", "소녀" * 10, "select", "%s{}"])
def test_names_are_taken_as_they_are(w2v: W2v, toy: Model, database: str, ask: Any, table: str) -> None:
    ask("CREATE TABLE other (a int); CREATE SCHEMA other")
    address = f"{database}?table={quote(table)}&schema=other"
    assert w2v("convert", "toy", address).status == 0
    assert w2v("load", address, "-o", "back").status == 0
    assert list(open_model_directory(path_for_new("back")).words) == list(toy.words)
    found = ask("SELECT tablename FROM pg_tables WHERE schemaname IN ('other', 'public')")
    assert sorted(found) == sorted([("other",), (table,)])


def test_what_is_there_is_replaced_if_it_is_ours(w2v: W2v, toy: Model, database: str, ask: Any) -> None:
    address = f"{database}?table=news"
    ask("CREATE TABLE users (word text); CREATE VIEW seen AS SELECT 1 AS a")
    for name in ("users", "seen"):
        run = w2v("convert", "toy", f"{database}?table={name}", "--force")
        assert run.status == 5
        assert "there is one that w2v has not written; choose another name" in run.err
    assert w2v("convert", "toy", address).status == 0
    run = w2v("convert", "toy", address)
    assert run.status == 5
    assert "exists already; use --force to replace it" in run.err
    ask(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader; GRANT SELECT ON news TO reader;"
        "GRANT INSERT ON news TO PUBLIC;"
        "GRANT UPDATE (count) ON news TO reader WITH GRANT OPTION"
    )
    rights = (
        "SELECT relacl::text, (SELECT string_agg(attname || attacl::text, ' ') FROM pg_attribute "
        "WHERE attrelid = c.oid AND attacl IS NOT NULL) FROM pg_class c WHERE relname = 'news'"
    )
    before = ask(rights)
    Path("v.glove").write_text("one 1 2\ntwo 3 4\n")
    assert w2v("convert", "v.glove", address, "--force").status == 0
    assert ask("SELECT word, count, vector::text FROM news ORDER BY row") == [
        ("one", None, "[1,2]"),
        ("two", None, "[3,4]"),
    ]
    assert ask(rights) == before
    assert "count{reader=w*/w2v}" in before[0][1]
    ask("DROP TABLE news; DROP ROLE reader")


@pytest.mark.parametrize(
    ("made", "told", "dropped"),
    [
        ("CREATE VIEW of_news AS SELECT word FROM news", "VIEW of_news", "DROP VIEW of_news"),
        ("CREATE POLICY few ON news USING (row < 9)", "POLICY few", "DROP POLICY few ON news"),
        (
            "ALTER TABLE news ENABLE ROW LEVEL SECURITY",
            "ROW LEVEL SECURITY ON news",
            "ALTER TABLE news DISABLE ROW LEVEL SECURITY",
        ),
        ("CREATE TABLE of (row int REFERENCES news)", "FOREIGN KEY of_row_fkey", "DROP TABLE of"),
        (
            "CREATE TRIGGER t BEFORE UPDATE ON news EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "TRIGGER t",
            "DROP TRIGGER t ON news",
        ),
    ],
)
def test_what_hangs_on_a_table_is_not_lost_with_it(
    w2v: W2v, toy: Model, database: str, ask: Any, made: str, told: str, dropped: str
) -> None:
    address = f"{database}?table=news"
    assert w2v("convert", "toy", address).status == 0
    ask(made)
    run = w2v("convert", "toy", address, "--force")
    assert run.status == 5
    assert f"news has {told}, which a new table would not have; drop that first" in run.err
    assert len(ask("SELECT * FROM news")) == len(toy.words)
    ask(dropped)
    assert w2v("convert", "toy", address, "--force").status == 0


def test_a_table_in_use_is_waited_for_in_short_whiles(w2v: W2v, toy: Model, database: str, ask: Any) -> None:
    import psycopg

    address = f"{database}?table=news"
    assert w2v("convert", "toy", address).status == 0
    Path("v.glove").write_text("one 1 2\n")
    found: list[Any] = []
    with ThreadPoolExecutor(1) as threads, psycopg.connect(database) as other:
        other.execute("SELECT 1 FROM news")  # its transaction goes on
        writing = threads.submit(subprocess_w2v, "convert", "v.glove", address, "--force")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'news'::regclass"
        while not ask(waiting)[0][0]:
            assert not writing.done()
        found += ask("SELECT word FROM news ORDER BY row")  # a third session is not held up for long
    done = writing.result()
    assert [row[0] for row in found] == list(toy.words)
    assert done.returncode == 0, done.stderr
    assert "news is in use by another session; waiting until that ends" in done.stderr
    assert ask("SELECT word FROM news") == [("one",)]


def test_the_tokenizer_comes_back_with_the_vectors(w2v: W2v, database: str, ask: Any) -> None:
    Path("t.txt").write_text("The King met the Queen\n" * 9)
    options = ["--lowercase", "--epochs", "1", "--vector-size", "2", "--min-count", "1"]
    assert w2v("train", "t.txt", "-o", "lower", *options).status == 0
    assert w2v("convert", "lower", f"{database}?table=lower").status == 0
    assert w2v("load", f"{database}?table=lower", "-o", "back").status == 0
    lower, back = (open_model_directory(path_for_new(name)).facts.tokenizer for name in ("lower", "back"))
    assert lower == back
    assert w2v("similar", "KING", "-m", "back").status == 0
    assert w2v("train", "t.txt", "-o", "units", *options, "--tokenizer", "characters").status == 0
    ask('COMMENT ON TABLE lower IS \'{"w2vcli": "1", "tokenizer": 7}\'')
    assert "lower" in (run := w2v("load", f"{database}?table=lower", "--force")).err
    assert run.status == 1


def test_pgvector_may_be_in_a_schema_that_is_not_searched(w2v: W2v, toy: Model, database: str, ask: Any) -> None:
    ask("DROP EXTENSION vector; CREATE SCHEMA other; CREATE EXTENSION vector SCHEMA other")
    assert w2v("convert", "toy", f"{database}?table=news").status == 0
    assert w2v("load", f"{database}?table=news", "-o", "back").status == 0
    assert np.array_equal(open_model_directory(path_for_new("back")).vectors[:], toy.vectors[:])
    ask("DROP EXTENSION vector CASCADE")
    assert "there is no such table" in w2v("load", f"{database}?table=none").err
    assert w2v("convert", "toy", f"{database}?table=news", "--dry-run").status == 5
    assert w2v("convert", "toy", f"{database}?table=brought").status == 0


def test_what_breaks_off_leaves_the_earlier_table(w2v: W2v, make_model: MakeModel, database: str, ask: Any) -> None:
    address = f"{database}?table=news"
    make_model(["a"], [[1, 2]], "first")
    make_model(["a", "b\0c"], [[1, 2], [3, 4]], "zero")
    make_model(["a", "n"], [[1, 2], [3, np.nan]], "nan")
    make_model(["a", "w" * 3000], [[1, 2], [3, 4]], "long")
    make_model(["a", "large"], [[1, 2], [70_000, 4]], "large")
    assert w2v("convert", "first", address).status == 0
    for name, told in {
        "zero": "the word b\\x00c has a zero byte",
        "nan": "the vector of n has NaN or infinity",
        "long": "has 3,000 bytes; an index of PostgreSQL has room for 2,600",
        "large": "the vector of large has a value above 65,504, the largest of halfvec; leave type=halfvec out",
    }.items():
        run = w2v("convert", name, f"{address}&type=halfvec", "--force")
        assert (run.status, told in run.err) == (1, True), run.err
    assert ask("SELECT word FROM news") == [("a",)]
    assert ask("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace") == [(1,)]


@pytest.mark.parametrize("moment", ["copying", "indexing"])
def test_a_writer_that_is_killed_leaves_the_earlier_table(
    w2v: W2v, toy: Model, database: str, ask: Any, moment: str
) -> None:
    address = f"{database}?table=news"
    assert w2v("convert", "toy", address).status == 0
    code = f"""
import os, signal
from w2vcli.models.formats.postgres import sink
import numpy as np
from w2vcli.models.formats.blocks import Block
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.formats.sinks import RowFacts
from w2vcli.reporting import SILENT
with find_sink({address!r}, force=True).open(RowFacts(9, 2, False, {{}}, {{}}), SILENT) as append:
    append(Block(["new"], np.ones((1, 2), np.float32)))
    if {moment!r} == "copying":
        os.kill(os.getpid(), signal.SIGKILL)
    add = sink._add_indexes
    def broken(*arguments):
        add(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
    sink._add_indexes = broken
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert done.returncode != 0
    assert [row[0] for row in ask("SELECT word FROM news ORDER BY row")] == list(toy.words)
    assert ask("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace") == [(1,)]
    assert w2v("convert", "toy", address, "--force").status == 0


def test_sizes_that_pgvector_has_not_are_refused_before_writing(
    w2v: W2v, make_model: MakeModel, database: str, ask: Any
) -> None:
    make_model(["a"], np.ones((1, 2001)), "wide")
    run = w2v("convert", "wide", f"{database}?table=wide")
    assert run.status == 2
    assert "indexes those of type vector up to 2,000; add index=none or type=halfvec to the address" in run.err
    assert w2v("convert", "wide", f"{database}?table=wide&index=none").status == 0
    assert w2v("convert", "wide", f"{database}?table=wide&type=halfvec", "--force").status == 0
    make_model(["a"], np.ones((1, 16_001)), "wider")
    assert "pgvector has room for 16,000" in w2v("convert", "wider", f"{database}?table=x&index=none").err


def test_tables_of_others_are_read_if_they_have_words_and_vectors(w2v: W2v, database: str, ask: Any) -> None:
    ask(
        "CREATE TABLE theirs (id int, vector halfvec, word varchar(9), count int);"
        "INSERT INTO theirs VALUES (1, '[1,2]', 'seldom', 1), (2, '[3,4]', 'often', 9);"
        "CREATE TABLE weighted AS SELECT word, vector, count / 2.0 AS count FROM theirs"
    )
    assert (
        "the column count is numeric, and counts of words are integers" in w2v("load", f"{database}?table=weighted").err
    )
    assert w2v("load", f"{database}?table=theirs").status == 0
    model = open_model_directory(path_for_new("theirs"))
    assert (list(model.words), model.vectors[:].tolist()) == (["often", "seldom"], [[3, 4], [1, 2]])
    ask("INSERT INTO theirs VALUES (1, '[1,2,3]', 'longer', 5)")
    assert "expected 2 values in each vector, found [2, 3]" in w2v("load", f"{database}?table=theirs", "--force").err
    ask("DELETE FROM theirs WHERE word = 'longer'; INSERT INTO theirs VALUES (1, NULL, 'none', 5)")
    assert "there are empty cells" in w2v("load", f"{database}?table=theirs", "--force").err
    ask("CREATE TABLE empty (word text, vector vector); CREATE TABLE other (word int, v text)")
    assert "there are no rows in it" in w2v("load", f"{database}?table=empty").err
    assert "are needed; there is: word (int4), v (text)" in w2v("load", f"{database}?table=other").err
    assert "there is no such table" in w2v("load", f"{database}?table=none").err
    assert "there is no such schema" in w2v("load", f"{database}?table=none&schema=none").err
    assert w2v("load", f"{database}?table=theirs", "--encoding", "cp949").status == 2


SECRETS = [
    "postgresql://me:s3cret@127.0.0.1:1/db?table=t",
    "postgresql://me@127.0.0.1:1/db?table=t&password=s3cret",
    "postgresql://me:s3cret/x@127.0.0.1:1/db?table=t",
    "postgresql://me:1/s3cret@127.0.0.1:1/db?table=t",
    "postgresql://me:s3cret#x@127.0.0.1:1/db?table=t",
    "postgresql://me:x?s3cret@127.0.0.1:1/db?table=t",
    "postgresql://me:s3cret@127.0.0.1:port/db?table=t",
    "postgresql://me:s3cret@127.0.0.1:1/db",
    "postgresql://me:s3cret@127.0.0.1:1/db?table=t&type=none",
    "postgresql+psycopg://me:s3cret@127.0.0.1:1/db?table=t",
    "mysql://me:s3cret@127.0.0.1:1/db?table=t",
]


COMMANDS = ["convert toy {}", "convert toy {} --json", "load {} -o x", "convert {} x.bin", "info {}", "similar a -m {}"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_password_is_told(w2v: W2v, toy: Model, command: str) -> None:
    require("psycopg")
    for address in SECRETS:
        run = w2v(*(part.format(address) for part in command.split()), "--log", "log.txt")
        assert run.status != 0
        assert "s3cret" not in run.out + run.err + Path("log.txt").read_text(), address
        assert "Traceback" not in run.err


def test_a_password_in_an_address_is_used_and_not_shown() -> None:
    address = parse_address("postgres://me:p%40ss:w@[::1]:5433,other/my%20db?table=a%26b&sslmode=disable")
    assert address.parameters == {
        "user": "me",
        "password": "p@ss:w",
        "host": "::1,other",
        "port": "5433,",
        "dbname": "my db",
        "sslmode": "disable",
    }
    assert address.table == "a&b"
    assert address.shown == "postgres://me@[::1]:5433,other/my%20db?table=a%26b"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "no table is named; name one, as in postgresql://h/db?table=news"),
        (f"?table={'x' * 64}", "names in PostgreSQL have up to 63 bytes"),
        ("?table=x%00y", "and no zero byte"),
        ("?table=t&type=bit", "type=bit: there are vector and halfvec"),
        ("?table=t&index=ivfflat", "index=ivfflat: there are hnsw and none"),
        ("?table=t&table=u", "table= is given 2 times; give it once"),
        ("?table=t&m=1", "m=1: pgvector takes numbers from 2 to 100"),
        ("?table=t&schema=", "the schema has no name"),
        ("?table=t&m=8&ef_construction=10", "ef_construction=10 has to be at least twice m=8"),
    ],
)
def test_addresses_that_say_what_is_not_possible(query: str, told: str) -> None:
    with pytest.raises(BadSettings) as error:
        parse_address(f"postgresql://h/db{query}")
    assert told in str(error.value)


def test_what_libpq_does_not_know_is_told(w2v: W2v, toy: Model) -> None:
    require("psycopg")
    assert (
        'invalid connection option "tabel"' in w2v("convert", "toy", "postgresql://%2Fnowhere/db?table=t&tabel=x").err
    )
    assert "--to says the format of a file" in w2v("convert", "toy", "postgresql://h/db?table=t", "--to", "bin").err
    assert w2v("convert", "toy", "postgresql://h/db?table=t", "--offline").err.startswith("Error: postgresql://h/db")


def test_binary_rows_are_those_that_postgres_documents() -> None:
    packed = RowPacker("vector", 2).packed(Block(["ab"], np.array([[1, -2]], np.float32), np.array([7])))
    expected = "0004 00000002 6162 00000004 00000000 00000008 0000000000000007 0000000c 0002 0000 3f800000 c0000000"
    assert packed == bytes.fromhex(expected)
    packer = RowPacker("halfvec", 1)
    packer.packed(Block(["a"], np.ones((1, 1), np.float32)))
    assert packer.packed(Block(["b"], np.ones((1, 1), np.float32))) == bytes.fromhex(
        "0004 00000001 62 00000004 00000001 ffffffff 00000006 0001 0000 3c00"
    )
    with pytest.raises(BadVocabulary):
        packer.packed(Block(["\0"], np.ones((1, 1), np.float32)))


def test_databases_that_hold_no_unicode_are_refused(database: str, w2v: W2v, toy: Model, ask: Any) -> None:
    ask("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    run = w2v("convert", "toy", f"{database.removesuffix('postgres')}latin?table=t")
    assert "keeps text as LATIN1, which has not all words; make one with ENCODING 'UTF8'" in run.err
    ask("DROP DATABASE latin")
