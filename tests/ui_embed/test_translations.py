"""Every text of the door is translated, whole, and the compiled catalogues are the written ones."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import ui_embed
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import World
from ui_embed.request_context import LANGUAGES

DOOR = Path(ui_embed.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "ngettext_noop": (1, 2),
}


def _catalog(language: str) -> Catalog:
    path = DOOR / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def _texts() -> set[str]:
    found = extract_from_dir(DOOR, METHODS, OPTIONS, keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    messages = [each for each in _catalog(language) if each.id]
    held = {each.id if isinstance(each.id, str) else each.id[0] for each in messages}
    assert held == _texts()
    assert [each.id for each in messages if each.fuzzy or not all(_forms(each))] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_place_is_kept(language: str) -> None:
    catalog = _catalog(language)
    for message in catalog:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for number, form in enumerate(_forms(message)):
            places = set(PLACE.findall(form))
            # One and two may be told without a numeral.
            missing = set(PLACE.findall(source)) - places
            assert places <= set(PLACE.findall(source)), form
            assert not missing or (missing == {"num"} and number == 0), form
        if not isinstance(message.id, str):
            assert len(_forms(message)) == catalog.num_plurals


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    folder = DOOR / "translations" / language / "LC_MESSAGES"
    compiled = io.BytesIO()
    write_mo(compiled, _catalog(language))
    assert _held((folder / "messages.mo").read_bytes()) == _held(compiled.getvalue())


def _held(compiled: bytes) -> dict[str, object]:
    return {str(each.id): each.string for each in read_mo(io.BytesIO(compiled)) if each.id}


@pytest.mark.parametrize(
    ("accepted", "locale", "language", "word"),
    [
        ("el-GR,el;q=0.9", "", "el", "Παραγγελίες"),
        ("en", "el", "el", "Παραγγελίες"),
        ("de", "", "en", "Orders"),
        ("iw", "", "he", "הזמנות"),
        ("cs", "pl-PL", "pl", "Zamówienia"),
        ("de,cs;q=0.5", "xx", "cs", "Objednávky"),
    ],
)
def test_the_hosts_language_goes_before_the_browsers(
    world: World, client: FlaskClient, accepted: str, locale: str, language: str, word: str
) -> None:
    add_person(world)
    headers = {**world.bearer(), "Accept-Language": accepted}
    page = client.get(f"/panel?order=1042&locale={locale}", headers=headers).text
    direction = "rtl" if language == "he" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f'aria-current="true">{word}<' in page
