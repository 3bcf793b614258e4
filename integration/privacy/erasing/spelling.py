"""Finding a person's addresses and numbers in what is said, and not the longer ones of others."""

import re
from collections.abc import Iterable

# joann@x.example and jo.ann@x.example are others than ann@x.example; "_ann@x.example_" is hers.
_BEFORE = r"(?<![^\W_])(?<![^\W_][._%+-])"
_AFTER = r"(?![^\W_]|[.-][^\W_])"


def spelled_whole(words: Iterable[str]) -> re.Pattern[str]:
    """Where one of these stands in a text by itself, in any case; nowhere for none."""
    either = "|".join(_spelled(word) for word in sorted(set(words)))
    return re.compile(either or r"(?!)", re.IGNORECASE)


def _spelled(word: str) -> str:
    if word.lstrip("+").isdecimal():
        # Letters may stand right before it: %2B30691...
        return rf"(?<!\d){re.escape(word)}(?!\d)"
    return f"{_BEFORE}{re.escape(word)}{_AFTER}"
