"""What we write by ourselves is translated, whole, and the compiled catalogues are the written."""

import io
from datetime import UTC, datetime

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from integration.conversations.answers import order_words
from integration.conversations.outgoing import mail_words
from integration.conversations.outgoing.automatic_settings import LANGUAGES
from integration.conversations.outgoing.mail_words import FOLDER, Words

OTHERS = LANGUAGES[1:]


def written(language: str) -> Catalog:
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def held(compiled: bytes) -> dict[str, object]:
    return {str(each.id): each.string for each in read_mo(io.BytesIO(compiled)) if each.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    keywords = {"say": None, "say_many": (1, 2)}
    found = [
        each
        for module in (mail_words, order_words)
        for each in extract_from_file("python", module.__file__, keywords=keywords)
    ]
    texts = {text if isinstance(text, str) else text[0] for _, text, _, _ in found}
    catalogue = {each.id: each.string for each in written(language) if each.id}
    assert {each if isinstance(each, str) else each[0] for each in catalogue} == texts
    for string in catalogue.values():
        assert all(string if isinstance(string, tuple) else [string])
    compiled = io.BytesIO()
    write_mo(compiled, written(language))
    kept = FOLDER / language / "LC_MESSAGES" / "messages.mo"
    assert held(kept.read_bytes()) == held(compiled.getvalue())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hours", [None, 1, 2, 5, 24, 47, 48, 72, 120, 336])
def test_a_receipt_is_whole_in_every_language(language: str, hours: int | None) -> None:
    words = Words(f"{language}-XX")
    subject, text = words.receipt("Amber % Shop", hours)
    assert words.locale == language
    assert "Amber % Shop" in text
    assert "%(" not in subject + text
    assert (subject == "We have your message") == (language == "en")


def test_a_receipt_in_english() -> None:
    subject, text = Words(None).receipt("Amber", 24)
    assert subject == "We have your message"
    assert text == (
        "Hello,\n\nthank you for writing to Amber. We have your message.\n\n"
        "We will answer within 24 hours.\n\n"
        "If you want to add something, just answer this mail."
    )
    assert "within 1 hour." in Words("en").receipt("Amber", 1)[1]
    assert "within 3 days." in Words("en").receipt("Amber", 72)[1]
    assert "do 3 dnů" in Words("cs").receipt("Amber", 72)[1]
    assert "w ciągu 1 godziny" in Words("pl").receipt("Amber", 1)[1]


def test_a_quotation_says_whose_it_is_and_when() -> None:
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    told = Words("cs").quoted("Kde je?\n\nDora", at, "Dora")
    assert told == "Dne 22. listopadu 2026 \u2068Dora\u2069 napsal(a):\n> Kde je?\n>\n> Dora"
    assert Words("xx").quoted("a", at, "b").startswith("On November 22, 2026, ")


def test_what_is_no_language_of_ours_is_english() -> None:
    for told in (None, "", "de", "../../etc", "en_GB"):
        assert Words(told).locale == "en"
