"""Put a template, its style and its scripts into one page that loads nothing and runs nothing but its own scripts.

Two fences against hostile text: jinja2 escapes every value, and a Content-Security-Policy (CSP Level 3 §6.7) names the
hashes of our style and scripts, so that even markup that got through could neither run nor fetch.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

if TYPE_CHECKING:
    import jinja2

FOLDER = Path(__file__).resolve().parent


def page(template: str, script: str | None, **values: Any) -> str:
    """The page of `template` (`report.html.j2`) with `report.css`, `theme.js` and `script`, values escaped."""
    scripts = [_asset("theme.js"), *([_asset(script)] if script else [])]
    style = _asset("report.css")
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704 - our own file, which a test searches for closing tags
            style_hash=_hash(style),
            theme_script=Markup(scripts[0]),  # noqa: S704
            script=Markup(scripts[-1]),  # noqa: S704
            script_hashes=[_hash(text) for text in scripts],
            **values,
        )
    )


def embedded_json(data: object) -> Markup:
    """`data` as JSON that may stand inside `<script type="application/json">`: no `<`, `>` or `&` is left in it.

    HTML ends a script at `</script`, wherever it stands, and `<!--` changes the parser's state; JSON may write any
    character as an escape, so the three characters that make markup are escaped.
    """
    text = msgspec.json.encode(data).decode()
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - no character of markup is left


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # late: whoever only labels cases or shows progress needs no templates

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
