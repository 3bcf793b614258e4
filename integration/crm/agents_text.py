"""Text that agents type: what of it is kept, so that it can't disturb the page that shows it.

Direction controls that turn around what follows (overrides, embeddings) are left out, isolates and
marks stay: Hebrew and Arabic need them, and pages isolate each text (`<bdi>`). Unicode's report on
bidirectional text (UAX 9) names them.
"""

import re
import unicodedata

from integration.errors import Invalid

LONGEST_NOTE = 10_000
LONGEST_TAG = 40

_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
# In a name all of these only make two look the same.
_UNSEEN = _TURNING | frozenset("\u200b\u200e\u200f\u061c\u2060\u2066\u2067\u2068\u2069\ufeff")
_CONTROLS = frozenset(("Cc", "Cs"))
_MANY_LINES = re.compile("\n{4,}")


def note_text(typed: str) -> str:
    """A note as it is kept: lines end with `\\n`. Raises Invalid for an empty or too long one."""
    lines = _BREAKS.sub("\n", typed)
    kept = "".join(each for each in lines if each in "\n\t" or not _disturbs(each, _TURNING))
    text = _MANY_LINES.sub("\n\n\n", kept).strip()
    if not text:
        raise Invalid("The note is empty.", code="empty_note")
    if len(text) > LONGEST_NOTE:
        raise Invalid(
            f"A note has at most {LONGEST_NOTE} characters.",
            code="note_too_long",
            details={"most": LONGEST_NOTE, "length": len(text)},
        )
    return text


def tag_text(typed: str) -> str:
    """A tag as it is kept: one line in Unicode's composed form. Raises Invalid as `note_text`."""
    name = one_line(typed)
    if not name:
        raise Invalid("The tag is empty.", code="empty_tag")
    if len(name) > LONGEST_TAG:
        raise Invalid(
            f"A tag has at most {LONGEST_TAG} characters.",
            code="tag_too_long",
            details={"most": LONGEST_TAG, "length": len(name)},
        )
    return name


def one_line(typed: str) -> str:
    """A name of one line in Unicode's composed form (NFC), without what can't be seen."""
    line = " ".join(_BREAKS.sub(" ", typed).split())
    kept = "".join(each for each in line if not _disturbs(each, _UNSEEN))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def same_name(name: str) -> str:
    """What two names that only differ in case or in Unicode's form have in common."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _disturbs(character: str, left_out: frozenset[str]) -> bool:
    return character in left_out or unicodedata.category(character) in _CONTROLS
