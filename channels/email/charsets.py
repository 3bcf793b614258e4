"""Bytes to text, whatever they claim to be: wrong, missing and unknown charsets lose nothing."""

import codecs
import re

# How text codecs of languages begin; others (punycode, unicode_escape) are no charsets of mails.
_TEXT_CODECS = (
    *("ascii", "utf-8", "utf-7", "utf-16", "utf-32", "iso8859", "cp", "koi8", "mac", "big5"),
    *("gb", "euc", "shift_jis", "iso2022", "tis-620", "hz", "johab", "kz1048", "ptcp154"),
)
# Charsets that are nearly always meant as their larger sisters; most names are RFC 2045's and
# RFC 1556's, the rest is what mailers write.
_MEANT = {
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "logical": "iso-8859-8",
    "visual": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-ce": "mac_latin2",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
# With a byte from 0x80 to 0x9f in it, a text isn't in the ISO charset but in Windows' own.
_WINDOWS = {
    "iso8859-1": "cp1252",
    "iso8859-15": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-5": "cp1251",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "iso8859-13": "cp1257",
}
_C1 = re.compile(rb"[\x80-\x9f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LATIN = re.compile(rb"[A-Za-z]")
_FOREIGN_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_HEBREW = re.compile(rb"[\xe0-\xfa]")
# What in cp1252 would be a sign in the midst of a word is a Czech or Polish letter.
_IN_A_WORD = re.compile(rb"[A-Za-z][\xb9\xb3\xbf\x9c\x9f\xa5\xaf]|[\xb9\xb3\xbf\xa5\xaf][a-z]")
_IN_AN_ISO_WORD = re.compile(rb"[A-Za-z][\xb1\xb6\xbc\xa9\xab\xae\xb5]|[\xb6\xbc\xa9\xae][a-z]")
_CZECH = re.compile(rb"[a-z][\xec\xf8\xf9\x9a\x9e]|[\xec\xf8\xf9\x9a\x9e\xe8][a-z]")
_BY_LANGUAGE = {"el": "cp1253", "he": "cp1255", "cs": "cp1250", "pl": "cp1250", "ru": "cp1251"}

_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|\x0c|\u2028|\u2029|\x85")


def decode(data: bytes, claimed: str | None, language: str | None = None) -> str:
    """The text. `claimed` is the charset that the mail names; `language` helps to guess."""
    if not data:
        return ""
    name = _codec(claimed)
    if name is not None and name != "ascii":
        sister = _WINDOWS.get(name)
        for each in (sister, name) if sister and _C1.search(data) else (name, sister):
            text = _strictly(data, each)
            if text is not None:
                return text
        if name == "utf-8" and _mostly_utf8(data):
            return data.decode("utf-8", "replace")
    return _guessed(data, language)


def tidy(text: str) -> str:
    """The text without what no text has: line ends are `\\n`, controls and halves `\\ufffd`."""
    if text.startswith("\ufeff"):
        text = text[1:]
    return _UNFIT.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def _codec(claimed: str | None) -> str | None:
    """The name of Python's codec, None where there is none of that name for texts."""
    if not claimed or len(claimed) > 40:
        return None
    name = claimed.strip(" \t\"'").lower()
    name = _MEANT.get(name, name)
    name = re.sub(r"^(?:x-)?(?:windows|win|cp)[-_]?(?=\d{3,4}$)", "cp", name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found.startswith(_TEXT_CODECS) else None


def _strictly(data: bytes, codec: str | None) -> str | None:
    if codec is None:
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _mostly_utf8(data: bytes) -> bool:
    """Whether UTF-8 was broken in few places, by being cut, say."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    right = sum(1 for character in text[:20_000] if "\x7f" < character != "\ufffd")
    return broken * 5 < right


def _guessed(data: bytes, language: str | None) -> str:
    text = _strictly(data, "utf-8")
    if text is not None:
        return text
    for codec in (_likely(data, language), "cp1252"):
        text = _strictly(data, codec)
        if text is not None:
            return text
    return data.decode(_likely(data, language), "replace")


def _likely(data: bytes, language: str | None) -> str:
    """The codec of an unnamed 8-bit text, by which bytes it has and how many."""
    # Greek and Hebrew words have no Latin letters in them; addresses and links beside them do.
    sample = b" ".join(_FOREIGN_WORD.findall(data[:50_000]))
    high = _HIGH.findall(sample)
    if len(high) > len(_LATIN.findall(sample)):
        hebrew = len(_HEBREW.findall(sample))
        if language == "ru":
            return "cp1251"
        return "cp1255" if hebrew == len(high) or language == "he" else "cp1253"
    if language in ("el", "he"):
        return _BY_LANGUAGE[language]
    windows, iso = len(_IN_A_WORD.findall(sample)), len(_IN_AN_ISO_WORD.findall(sample))
    if iso > windows:
        return "iso8859-2"
    if windows or _CZECH.search(sample):
        return "cp1250"
    return _BY_LANGUAGE.get(language or "", "cp1252")
