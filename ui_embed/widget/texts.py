"""The widget's own texts in all languages: in files of their own, like the Shopify extension's."""

from functools import cache
from pathlib import Path
from typing import cast

import orjson

from ui_embed.request_context import LANGUAGES

_FOLDER = Path(__file__).parent / "texts"
_RIGHT_TO_LEFT = frozenset({"he"})
_OLD_NAMES = {"iw": "he"}


@cache
def texts(language: str) -> dict[str, str]:
    """All texts in one of our languages. Raises KeyError for another."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return cast(dict[str, str], orjson.loads((_FOLDER / f"{language}.json").read_bytes()))


def language_for(*tags: str | None) -> str:
    """The first of these language tags that we speak, else English."""
    for tag in tags:
        language = (tag or "").replace("_", "-").partition("-")[0].lower()
        language = _OLD_NAMES.get(language, language)
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def direction(language: str) -> str:
    """rtl or ltr."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"
