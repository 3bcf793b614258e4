"""`GET /widget.js`: the one script of chat and form, put together from its parts.

No bundler: the parts share one scope, in the order of `PARTS`; lines that are only a comment and
what stands before a line are left out. Its style travels in it as text and becomes a constructed
sheet, which no style policy of a shop's can refuse.
"""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, request

_FOLDER = Path(__file__).parent / "source"
PARTS = (
    "script_tag",
    "keeping",
    "service",
    "stream",
    "elements",
    "times",
    "asking",
    "lines",
    "panel",
    "composer",
    "leaving",
    "surroundings",
    "conversation",
    "form",
    "begin",
)
# What a browser holds without asking; a page that names the version holds it for good.
_A_WHILE = "public, max-age=600, stale-while-revalidate=86400"
_FOR_GOOD = "public, max-age=31536000, immutable"

widget_script = Blueprint("widget_script", __name__)


@dataclass(frozen=True, slots=True)
class Script:
    """The script as it is sent."""

    body: bytes
    compressed: bytes
    version: str


@cache
def script() -> Script:
    """The script of this version of the product."""
    style = _squeezed((_FOLDER / "widget.css").read_text(encoding="utf-8"))
    parts = [_bare((_FOLDER / f"{name}.js").read_text(encoding="utf-8")) for name in PARTS]
    text = "\n".join(
        ("(() => {", '"use strict";', f"const STYLE = {json.dumps(style)};", *parts, "})();\n")
    )
    body = text.encode()
    return Script(body, gzip.compress(body, 9, mtime=0), sha256(body).hexdigest()[:16])


@widget_script.get("/widget.js")
def send_script() -> Response:
    """The script. `?v=` its version keeps it for good."""
    made = script()
    squeeze = request.accept_encodings["gzip"] > 0
    response = Response(made.compressed if squeeze else made.body, mimetype="text/javascript")
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    is_named = request.args.get("v") == made.version
    response.headers["Cache-Control"] = _FOR_GOOD if is_named else _A_WHILE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    # One each for the two encodings, as caches want it.
    response.set_etag(f"{made.version}-{'gz' if squeeze else 'id'}")
    response.make_conditional(request)
    return response


def _bare(source: str) -> str:
    """A part without comments of their own lines and without what stands before a line."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*", "*")))


def _squeezed(style: str) -> str:
    """A style sheet on one line."""
    without = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", without)).strip()
