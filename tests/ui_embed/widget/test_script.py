"""The one script: small, cached, of parts that are all in it; texts in all languages."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ui_embed.request_context import LANGUAGES
from ui_embed.widget import script as module
from ui_embed.widget.script import PARTS, script
from ui_embed.widget.texts import texts

MOST_COMPRESSED_BYTES = 15 * 1024
SOURCE = Path(module.__file__).parent / "source"


def test_it_is_small() -> None:
    assert len(script().compressed) <= MOST_COMPRESSED_BYTES


def test_every_part_is_in_it_once() -> None:
    assert sorted(PARTS) == sorted(path.stem for path in SOURCE.glob("*.js"))


def test_it_is_cached_and_asked_for_again_by_its_tag(client: FlaskClient) -> None:
    first = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert first.status_code == 200
    assert first.mimetype == "text/javascript"
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.data == script().compressed
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=600" in first.headers["Cache-Control"]
    tag = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    again = client.get("/widget.js", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    named = client.get(f"/widget.js?v={script().version}")
    assert "immutable" in named.headers["Cache-Control"]
    assert named.data == script().body


def test_it_holds_no_markup_and_runs_no_text() -> None:
    text = script().body.decode()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_in_every_language(language: str) -> None:
    english, own = texts("en"), texts(language)
    assert list(own) == list(english)
    assert all(own.values())
    placed = {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in own.items()}
    assert placed == {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in english.items()}
    if language != "en":
        assert {name for name in own if own[name] == english[name]} == set()


def test_every_text_is_used() -> None:
    parts = script().body.decode()
    folder = Path(module.__file__).parent
    used = parts + "".join(path.read_text() for path in folder.glob("*.py"))
    used += (folder.parent / "templates" / "widget" / "form.html").read_text()
    unused = {name for name in texts("en") if not re.search(rf"\b{name}\b", used)}
    assert unused == set()
