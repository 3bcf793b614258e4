"""Lists of addresses in headers (RFC 5322, 3.4), as strict as is safe and never raising."""

import re
from dataclasses import dataclass

import idna

from channels.email.headers import decode_words, one_line
from channels.records import Address

_MOST = 500
_LONGEST_NAME = 200
# Controls, and what turns the direction of a text: never in an address or a name of one.
_HIDDEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?=[^@]{1,255}\Z)[^\s@<>,;:\"()\[\]\\.]{1,63}"
    r"(?:\.[^\s@<>,;:\"()\[\]\\.]{1,63})+"
)
_ANYWHERE = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a header says. `is_sound`: it kept to the rules, nothing had to be guessed."""

    found: tuple[Address, ...]
    is_sound: bool


def read_addresses(value: str, language: str | None = None) -> Addresses:
    """The addresses of a header's unfolded value, encoded words not yet decoded."""
    found: list[Address] = []
    is_sound = True
    for piece in _pieces(value):
        address, is_right = _read(piece, language)
        is_sound = is_sound and is_right
        if address is not None and len(found) < _MOST:
            found.append(address)
    return Addresses(tuple(found), is_sound and bool(found))


def clean_name(text: str) -> str:
    """A name on one line, without what hides or turns text."""
    return one_line(_HIDDEN.sub("", text))[:_LONGEST_NAME].strip()


def is_address(text: str) -> bool:
    """Whether it is one plain address: a local part without quotes, a domain with a dot."""
    return _ADDRESS.fullmatch(text) is not None and not _HIDDEN.search(text)


def domain_of(address: str) -> str:
    """The domain in lower case and ASCII; empty where it has none that can be."""
    domain = address.rpartition("@")[2].rstrip(".").lower()
    try:
        return idna.encode(domain, uts46=True).decode() if not domain.isascii() else domain
    except idna.IDNAError:
        return ""


def addresses_within(text: str) -> list[str]:
    """What in a text looks like an address."""
    return [found.group() for found in _ANYWHERE.finditer(text[:2000])]


def _read(piece: str, language: str | None) -> tuple[Address | None, bool]:
    """One mailbox, and whether it was sound."""
    words, angles, comments = _take_apart(piece)
    name = clean_name(decode_words(words, language))
    if len(angles) == 1:
        address = _bare(angles[0])
        # `a@b <c@d>`: which one is meant is for the reader to guess, so it isn't sound.
        is_clear = "@" not in _unquoted(piece, angles[0]) and not _HIDDEN.search(angles[0])
        return _made(address, name), address is not None and is_clear
    if not angles:
        address = _bare(words)
        comment = clean_name(decode_words(" ".join(comments), language))
        if address is not None:
            return _made(address, comment), not _HIDDEN.search(words)
    guessed = addresses_within(" ".join(angles) or words)
    return (_made(_bare(guessed[-1]), name) if guessed else None), False


def _made(address: str | None, name: str) -> Address | None:
    if address is None:
        return None
    return Address(address, name if name and name != address else None)


def _bare(text: str) -> str | None:
    """The address with its domain in lower case, None where it is none that we take."""
    stripped = _HIDDEN.sub("", text).strip().strip("\"'").rstrip(".")
    # A source route (`@a,@b:c@d`) is obsolete; what counts stands behind it.
    if stripped.startswith("@") and ":" in stripped:
        stripped = stripped.rpartition(":")[2]
    local, _, domain = stripped.rpartition("@")
    local = local.strip("\"'")
    candidate = f"{local}@{domain.lower()}"
    return candidate if _ADDRESS.fullmatch(candidate) else None


def _unquoted(piece: str, angle: str) -> str:
    """The piece without its quoted strings, comments and that angle."""
    without = re.sub(r"\"(?:[^\"\\]|\\.)*\"|\((?:[^()\\]|\\.)*\)|=\?[^?]*\?.\?[^?]*\?=", "", piece)
    return without.replace(f"<{angle}>", "", 1)


def _pieces(value: str) -> list[str]:
    """The value split at commas and semicolons outside of quotes, comments and angles."""
    pieces: list[str] = []
    begin = depth = 0
    is_quoted = is_angled = False
    position = 0
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 2
            continue
        if is_quoted or character == '"':
            is_quoted = is_quoted != (character == '"')
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and character in "<>":
            is_angled = character == "<"
        elif depth == 0 and not is_angled and character in ",;:":
            # What stands before a colon is a group's name (`undisclosed-recipients:;`).
            if character != ":":
                pieces.append(value[begin:position])
            begin = position + 1
        position += 1
    pieces.append(value[begin:])
    return [piece for piece in pieces if piece.strip()]


def _take_apart(piece: str) -> tuple[str, list[str], list[str]]:
    """The words of a mailbox outside of angles and comments, the angles, the comments."""
    words: list[str] = []
    angles: list[str] = []
    comments: list[str] = []
    for found in re.finditer(
        r"\"((?:[^\"\\]|\\.)*)\"|\(((?:[^()\\]|\\.)*)\)|<([^<>]*)>?|([^\"(<]+|.)", piece, re.DOTALL
    ):
        quoted, comment, angle, plain = found.groups()
        if angle is not None:
            angles.append(angle)
        elif comment is not None:
            comments.append(comment)
        else:
            words.append(plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
    return "".join(words).strip(), angles, comments
