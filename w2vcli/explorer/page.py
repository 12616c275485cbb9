"""The page of ``w2v explore``: one text, with its style and its script in it, and with words if it is to be sent."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from w2vcli.escaping import visible
from w2vcli.explorer.packets import as_text
from w2vcli.models.directory import Model
from w2vcli.queries.ready_axes import READY_AXES

# The pieces of the script, in the order in which they need each other.
_SCRIPTS = (
    "painter.js",
    "labels.js",
    "sources.js",
    "scene.js",
    "table.js",
    "state.js",
    "words.js",
    "colours.js",
    "axes.js",
    "drawing.js",
    "moving.js",
    "questions.js",
    "answers.js",
    "evidence.js",
    "selections.js",
    "offers.js",
    "address.js",
    "app.js",
)
_NOTHING = "'none'"
# What a page may fetch from: the program that serves it.
_PROGRAM = "'self'"
HTML = "text/html; charset=utf-8"
NOTHING_ALLOWED = "default-src 'none'"


class Page(NamedTuple):
    """The text of a page, and the script and the style in it."""

    text: str
    script: str
    style: str


def make_page(
    model: Model, language: str, packed: bytes = b"", *, words: int | None = None, beside: str | None = None
) -> Page:
    """Return the page of a model, which may stand ``beside`` that of another one.

    With ``words`` of it ``packed`` in the page (gzip), the page asks nobody.
    """
    name = visible(model.name)
    facts = {
        "model": name,
        "words": len(model.words) if words is None else words,
        "vector_size": model.facts.vector_size,
        "beside": beside and visible(beside),
        "axes": [axis.korean_name if language == "ko" else axis.name for axis in READY_AXES],
    }
    return page_of(name, facts, language, packed)


def page_of(title: str, facts: Mapping[str, object], language: str, packed: bytes = b"") -> Page:
    """Return a page with ``facts`` (model, words, vector_size, perhaps a theme), and with words that are ``packed``."""
    folder = files(__package__) / "page"
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    facts = {**facts, "language": language, "texts": {language: texts[language]}}
    script = "\n".join(['"use strict";', *(_plain((folder / name).read_text(encoding="utf-8")) for name in _SCRIPTS)])
    style = (folder / "page.css").read_text(encoding="utf-8")
    pieces = {
        "LANGUAGE": language,
        "TITLE": html.escape(title),
        "POLICY": html.escape(_policy(script, style, _NOTHING if packed else _PROGRAM)),
        "STYLE": style,
        # A word "</script>" would end the script.
        "FACTS": json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
        "PACKED": as_text(packed),
        "SCRIPT": script,
    }
    # The frame has {{NAME}} where a piece belongs, so every second part of it is the name of a piece.
    frame = (folder / "page.html").read_text(encoding="utf-8").replace("}}", "{{").split("{{")
    return Page("".join(pieces[part] if at % 2 else part for at, part in enumerate(frame)), script, style)


def _plain(script: str) -> str:
    """Return a script without its indents and the lines that are comments, which a page that is sent can do without."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def make_frame(names: Sequence[str]) -> Page:
    """Return a page with the pages of models beside each other, which are at ``0/``, ``1/`` and so on."""
    folder = files(__package__) / "page"
    style = (folder / "frame.css").read_text(encoding="utf-8")
    title = html.escape(visible(" · ".join(names)))
    frames = "".join(
        f'<iframe src="{number}/" title="{html.escape(visible(name))}"></iframe>' for number, name in enumerate(names)
    )
    text = (
        f'<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>{title}</title>'
        f"<style>{style}</style></head><body>{frames}</body></html>\n"
    )
    return Page(text, "", style)


def way_to(address: str) -> str:
    """Return a page that goes on to an address at once."""
    go = html.escape(f"0; url={address}")
    return f'<!doctype html><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="{go}">\n'


def served_policy(page: Page) -> str:
    """Return the Content-Security-Policy of a page that is served: it may also stand in no page of others."""
    return f"{_policy(page.script, page.style, _PROGRAM)}; frame-src 'self'; frame-ancestors 'self'"


def _policy(script: str, style: str, connect: str) -> str:
    """Return the Content-Security-Policy of a page: it runs this script alone, and fetches from nowhere else."""
    return (
        f"{NOTHING_ALLOWED}; script-src {_hash_of(script)}; style-src {_hash_of(style)}; img-src data: blob:; "
        f"connect-src {connect}; base-uri 'none'; form-action 'none'"
    )


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
