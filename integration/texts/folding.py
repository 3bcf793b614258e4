"""Human text in the form by which it is searched and compared: what people mean, not how it looks.

For finding and suggesting only. Whether two addresses are the same one is decided by
`integration.identity.normalize`, which never lets a look-alike pass.
"""

import re
import unicodedata
from functools import lru_cache

from integration.texts.latin_letters import latin

__all__ = ["fold", "latin", "words"]

_CACHED_CHARACTERS = 128
# Letters that have no decomposition, as those who lack the key type them.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ȷ": "j",
        # Hangul fillers: letters that show nothing.
        "\u115f": None,
        "\u1160": None,
    }
)
_ASCII_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if not chr(code).isspace()}
# Accents, Hebrew points, Arabic vowel signs, variation selectors. Marks of other scripts are
# letters of their words.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
# Controls, direction marks and zero-width ones, halves of characters.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_WORDS = re.compile(r"[^\W_]+")
# From here on scripts have marks without which a word is another one.
_FIRST_WITH_MARKS = "\u0900"
# Hebrew abbreviations have their mark before the last letter, typed as quotes.
_INSIDE = re.compile("(?<=[^\\W_])['’‘ʼ`´׳״\"](?=[^\\W_])")


def fold(text: str) -> str:
    """The comparable form of human text; folding it again changes nothing.

    Without case, accents, Hebrew points and Arabic vowel signs; `ß` is ss, `ł` is l, `ø` is o, a
    final sigma is a sigma, Turkish `İ` and `ı` are i, full-width letters are plain ones. Zero-width
    characters, direction marks and controls are dropped; white space is one space, none at the
    ends. The text may have any length and hold anything.
    """
    return _folded(text) if len(text) <= _CACHED_CHARACTERS else _fold(text)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text in their order, repeated ones too.

    Whatever is no letter, digit or mark of a letter parts words: hyphens, underscores, dots. An
    apostrophe inside a word vanishes (`O'Brien` is obrien), so does the mark of a Hebrew
    abbreviation.
    """
    return _kept_words(text) if len(text) <= _CACHED_CHARACTERS else _words(text)


@lru_cache(maxsize=16384)
def _kept_words(text: str) -> tuple[str, ...]:
    return _words(text)


def _words(text: str) -> tuple[str, ...]:
    joined = _INSIDE.sub("", fold(text))
    if not joined or max(joined) < _FIRST_WITH_MARKS:
        return tuple(_WORDS.findall(joined))
    return tuple("".join(c if _is_of_a_word(c) else " " for c in joined).split())


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] in "LNM"


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_CONTROLS).split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _ACCENTS.sub("", plain.translate(_LETTERS))
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", "".join(filter(_is_kept, plain)))
    return " ".join(plain.translate(_ASCII_CONTROLS).split())


def _is_kept(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _DROPPED
