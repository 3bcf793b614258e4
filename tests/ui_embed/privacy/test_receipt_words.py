"""Receipts as a merchant reads them: each count and fact that we write has its words."""

import re
from pathlib import Path

import pytest
from babel import Locale
from flask.testing import FlaskClient
from flask_babel import force_locale

import integration.privacy
from integration.privacy.receipts import Done, add_receipt
from tests.ui_embed.agents.people import add_agent, get, type_in
from tests.ui_embed.privacy.asked import ROOT
from tests.ui_embed.profile_client import words_of
from tests.ui_embed.world import NOW, World
from ui_embed.formats import Formats, zone_of
from ui_embed.privacy.receipt_words import counted, facts_words
from ui_embed.request_context import LANGUAGES

PRIVACY = Path(integration.privacy.__file__).parent
COUNTS = re.compile(r'counts\["(\w+)"\]|Counter\(\s*(\w+)=|\bgroup\("(\w+)"')


def _figures(language: str) -> Formats:
    return Formats(Locale.parse(language), zone_of("Europe/Athens"), NOW)


def _written() -> set[str]:
    """The names by which erasures and exports count."""
    texts = [path.read_text() for path in PRIVACY.rglob("*.py")]
    return {name for text in texts for found in COUNTS.findall(text) for name in found if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_that_we_write_has_words(world: World, language: str) -> None:
    names = _written() | {"messages", "files", "cases", "bytes"}
    assert {"orders", "struck_out", "own_tags", "bodies", "documents"} <= names
    with world.app.test_request_context(), force_locale(language):
        for name in sorted(names):
            one, many = (counted("person_erased", {name: n}, _figures(language)) for n in (1, 5))
            assert one != many, name
            assert not any(": " in told for told in (*one, *many)), name
            assert all("_" not in told for told in (*one, *many)), name


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("1 account", "2 orders", "5,000 messages", "48 KB", "parcels: 3")),
        ("el", ("1 λογαριασμός", "2 παραγγελίες", "5.000 μηνύματα", "48 KB", "parcels: 3")),
        ("he", ("חשבון אחד", "2 הזמנות", "5,000 הודעות", "48 ק״ב", "parcels: 3")),
        ("cs", ("1 účet", "2 objednávky", "5\xa0000 zpráv", "48 kB", "parcels: 3")),
        ("pl", ("1 konto", "2 zamówienia", "5\xa0000 wiadomości", "48 KB", "parcels: 3")),
    ],
)
def test_counts_stand_in_an_order_that_makes_sense_and_by_the_languages_plurals(
    world: World, language: str, told: tuple[str, ...]
) -> None:
    """What nobody knows comes last, by its own name."""
    counts = {"bytes": 48_211, "messages": 5000, "orders": 2, "parcels": 3, "accounts": 1}
    with world.app.test_request_context(), force_locale(language):
        assert counted("data_exported", counts, _figures(language)) == told


def test_what_aged_is_told_by_its_class(world: World) -> None:
    counts = {"visitors": 118, "conversations": 1, "moons": 2}
    with world.app.test_request_context(), force_locale("en"):
        assert counted("aged_out", counts, _figures("en")) == (
            "Resolved conversations: 1",
            "Visitors of the chat who wrote nothing: 118",
            "moons: 2",
        )


def test_facts_are_told_in_words_and_odd_ones_as_they_are(world: World) -> None:
    facts = {
        "asked_at": "2026-11-20T10:00:00Z",
        "before": "long ago",
        "erased": "older",
        "key_destroyed": True,
        "phase_of": "moon",
        "source": "timer",
        "stores": ["1", "3"],
    }
    with world.app.test_request_context(), force_locale("en"):
        told = dict(facts_words(facts, _figures("en")))
    assert list(told) == ["Why", "Asked", "Older than", "Stores", "Key of the store's data",
                          "What had been done", "phase of"]  # fmt: skip
    assert told["Asked"].startswith("November 20, 2026")
    del told["Asked"]
    assert list(told.values()) == ["the store left", "long ago", "1, 3", "destroyed",
                                   "What a store had before it left was erased",
                                   "moon"]  # fmt: skip


def test_the_list_tells_the_first_of_them_and_a_receipt_all(
    world: World, client: FlaskClient
) -> None:
    add_agent(world, role="owner")
    type_in(client)
    counts = {"accounts": 1, "bodies": 4, "messages": 12, "orders": 7, "<i>x</i>": 2}
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.lock_workspace()
        add_receipt(session, world.services.settings, Done("person_erased", counts), now=NOW)
        add_receipt(session, world.services.settings, Done("nothing_held", {}), now=NOW)
    for path in ("", "/receipts"):
        page = words_of(get(client, ROOT + path).text)
        assert "1 account · 7 orders · 12 messages&nbsp;…" in page
    page = get(client, f"{ROOT}/receipts/1").text
    assert "<i>" not in page
    assert "1 account 7 orders 12 messages 4 notices of the store, as they came" in words_of(page)
    assert "<dt>Erased" not in get(client, f"{ROOT}/receipts/2").text
