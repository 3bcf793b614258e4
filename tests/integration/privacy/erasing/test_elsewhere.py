"""Looking for somebody in sealed words before they are read misses nobody whom reading finds."""

import random
import unicodedata
from dataclasses import asdict

import orjson
import pytest

from integration.conversations.contents import MessageContent
from integration.identity.keys import Key
from integration.privacy.erasing.elsewhere import Words

NAMES = [
    Key("email", "ann.kisses@mail.example"),
    Key("email", 'a"n\\n@mail.example'),
    Key("email", "γιάννης@παράδειγμα.example"),
    Key("email", "strauß@straße.example"),
    Key("phone", "+306912345678"),
    Key("guest_phone", "3:+306900000001"),
]


def raw(**said: object) -> bytes:
    return orjson.dumps(asdict(MessageContent("")) | said)


@pytest.mark.parametrize(
    "text",
    [
        "ask ann.kisses@mail.example",
        "ask <ANN.KISSES@Mail.Example>, παρακαλώ",
        # Kelvin sign, long s, dotted and dotless i: one letter in another case.
        "ask ann.\u212aisses@mail.example",
        "ask ann.ki\u017fses@mail.example",
        "ask ann.k\u0130sses@mail.example",
        "ask ann.k\u0131sses@mail.example",
        'ask a"n\\n@mail.example',
        "ask ΓΙΆΝΝΗς@παράδειγμα.example",
        "ask STRAU\u1e9e@straße.example",
        "tel:+306912345678",
        "call +306900000001.",
    ],
)
def test_whom_a_text_names_is_found_before_it_is_read(text: str) -> None:
    words = Words(NAMES)
    assert words.stand_in(text)
    assert words.may_stand_in(raw(text=text))
    assert words.may_stand_in(raw(facts={"x": text}))
    assert words.without(text) != text


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
@pytest.mark.parametrize("name", [each.value for each in NAMES if each.kind == "email"])
def test_who_wrote_is_found_however_their_address_is_composed(name: str, form: str) -> None:
    written = unicodedata.normalize(form, f" {name.title()} ")  # type: ignore[arg-type]
    words = Words(NAMES)
    content = MessageContent("", sender_address=written)
    assert words.may_stand_in(raw(sender_address=written)) >= words.wrote(content)
    assert form == "NFKC" or words.wrote(content) or "ß" in name


def test_most_texts_of_others_are_never_read() -> None:
    words = Words(NAMES)
    for text in ("", "hello", "παραγγελία", "שלום", "joe@mail.example", "+30691234567"):
        assert not words.may_stand_in(raw(text=text, sender_address="max@mail.example"))


def test_no_text_of_odd_letters_is_missed() -> None:
    chance = random.Random(11)
    letters = 'anK.iskẞßſİıéΣσς@mail.example+306 "\\\u0301'
    words = Words([Key("email", "anki.s@mail.example"), Key("email", "éσ@mail.example")])
    met = 0
    for _ in range(20_000):
        local = "".join(chance.choices(letters, k=chance.randint(1, 6)))
        text = chance.choice((local, "", "anKİ.ſ", "É\u03c2", "E\u0301σ")) + "@mail.EXAMPLE"
        found = words.stand_in(text) or words.wrote(MessageContent("", sender_address=text))
        met += found
        assert words.may_stand_in(raw(sender_address=text)) >= found, ascii(text)
    assert met > 1_000
