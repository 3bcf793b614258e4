"""What a canned answer may be called and say: checked as it is written."""

from collections.abc import Mapping

from integration.conversations.answers.variables import unknown_variables
from integration.crm.agents_text import note_text, one_line
from integration.errors import Invalid

LONGEST_NAME = 80
LONGEST_SHORTCUT = 40
MOST_LANGUAGES = 20


def plain_language(locale: str | None) -> str:
    """The language of a locale, without its country; empty for none."""
    return (locale or "").replace("_", "-").partition("-")[0].lower()


def shortcut_text(typed: str) -> str:
    """A shortcut as it is kept: lower case, without the slash before it. Raises Invalid."""
    shortcut = one_line(typed).lstrip("/").lower()
    kept = shortcut.replace("-", "").replace("_", "")
    if not kept.isalnum() or len(shortcut) > LONGEST_SHORTCUT:
        raise Invalid(
            f"A shortcut has 1 to {LONGEST_SHORTCUT} letters, digits, hyphens or underscores.",
            code="invalid_shortcut",
        )
    return shortcut


def name_text(typed: str) -> str:
    """A name as it is kept. Raises Invalid."""
    name = one_line(typed)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", code="invalid_name")
    return name


def texts_by_language(told: object) -> dict[str, str]:
    """The texts by language, empty ones left out.

    Raises Invalid for none, for one that is too long, for a variable that there isn't.
    """
    if not isinstance(told, Mapping) or len(told) > MOST_LANGUAGES:
        raise Invalid("The texts are given by their languages.", code="invalid_texts")
    kept: dict[str, str] = {}
    for language, text in told.items():
        plain = plain_language(language) if isinstance(language, str) else ""
        if not (plain.isascii() and plain.isalpha() and 2 <= len(plain) <= 3):
            raise Invalid("A language has two or three letters, as el.", code="invalid_texts")
        if not isinstance(text, str):
            raise Invalid("A text is a text.", code="invalid_texts")
        if text.strip():
            kept[plain] = note_text(text)
    if not kept:
        raise Invalid("Write the answer in one language at least.", code="invalid_texts")
    for text in kept.values():
        if odd := unknown_variables(text):
            message = f"There is no {{{{{odd[0][:40]}}}}} to fill in."
            raise Invalid(message, code="unknown_variable", details={"names": list(odd)})
    return kept
