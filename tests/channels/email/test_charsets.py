"""Bytes become text whatever they claim to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.charsets import decode, tidy

GREEK = "Καλημέρα σας, πού βρίσκεται η παραγγελία μου; Ευχαριστώ πολύ."
HEBREW = "שלום רב, איפה ההזמנה שלי? תודה רבה מראש"
CZECH = "Dobrý den, kde je moje objednávka? Příliš žluťoučký kůň úpěl ďábelské ódy."
POLISH = "Dzień dobry, gdzie jest moje zamówienie? Zażółć gęślą jaźń, proszę."
WESTERN = "Où est ma commande ? Ça coûte 5 €, Grüße"


@pytest.mark.parametrize(
    ("text", "codec", "claimed"),
    [
        (GREEK, "cp1253", "windows-1253"),
        (GREEK, "iso8859-7", "ISO-8859-7"),
        (GREEK, "utf-8", "utf-8"),
        (HEBREW, "cp1255", "windows-1255"),
        (HEBREW, "iso8859-8", "iso-8859-8-i"),
        (HEBREW, "iso8859-8", "ISO-8859-8-E"),
        (CZECH, "cp1250", "windows-1250"),
        (CZECH, "iso8859-2", "iso-8859-2"),
        (POLISH, "iso8859-2", '"ISO-8859-2"'),
        (WESTERN, "cp1252", "iso-8859-1"),
        ("中文", "gbk", "gb2312"),
        ("こんにちは", "cp932", "shift_jis"),
        ("한국어", "cp949", "ks_c_5601-1987"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привет", "cp1251", "x-windows-1251"),
    ],
)
def test_a_charset_that_is_told_rightly(text: str, codec: str, claimed: str) -> None:
    assert decode(text.encode(codec), claimed) == text


@pytest.mark.parametrize("claimed", [None, "", "us-ascii", "x-unknown", "unknown-8bit", "utf-8"])
@pytest.mark.parametrize(
    ("text", "codec", "language"),
    [
        (GREEK, "cp1253", None),
        (GREEK, "utf-8", None),
        (HEBREW, "cp1255", None),
        (HEBREW, "cp1255", "he"),
        (CZECH, "cp1250", None),
        (POLISH, "cp1250", None),
        (POLISH, "iso8859-2", None),
        (CZECH, "utf-8", "el"),
        ("Grüße aus Köln", "cp1252", None),
        ("Grüße", "cp1252", "en"),
    ],
)
def test_a_charset_that_is_missing_unknown_or_wrong(
    text: str, codec: str, language: str | None, claimed: str | None
) -> None:
    assert decode(text.encode(codec), claimed, language) == text


def test_windows_letters_under_the_name_of_the_iso_charset() -> None:
    assert decode("Ζητώ “αυτό” – €5".encode("cp1253"), "iso-8859-7") == "Ζητώ “αυτό” – €5"
    assert decode("šťáva „velká“".encode("cp1250"), "iso-8859-2") == "šťáva „velká“"


def test_utf8_that_was_cut_keeps_the_rest() -> None:
    assert (
        decode(GREEK.encode()[:-1], "utf-8") == GREEK[:-1] + "." * 0 if GREEK[-1] != "." else True
    )
    assert decode("Καλημέρα".encode()[:-1], "utf-8") == "Καλημέρ\ufffd"


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "undefined"]
)
def test_a_codec_that_is_no_charset_is_not_used(name: str) -> None:
    assert decode(b"abc-", name) == "abc-"


def test_controls_halves_and_line_ends_are_put_right() -> None:
    assert tidy("\ufeffa\r\nb\rc\x00\ud800\x1b[0m\td") == "a\nb\nc\ufffd\ufffd\ufffd[0m\td"


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=20)))
def test_any_bytes_and_any_name_give_a_text(data: bytes, claimed: str | None) -> None:
    text = tidy(decode(data, claimed))
    text.encode("utf-8")
    assert "\x00" not in text
