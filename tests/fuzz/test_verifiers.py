"""What is signed rightly holds, what was changed anywhere doesn't, and nothing is raised."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.verifiers import VERIFIERS, Case

_MESSAGES = st.binary(max_size=60)
_NOISE = st.text(max_size=120) | st.text("ab=.&,-_0123456789\x00\u00e9\ud800", max_size=120)
EACH = pytest.mark.parametrize("name", sorted(VERIFIERS))


def _texts(value: Any) -> Any:
    """Something else of the same type: bytes of anything, or a text of anything."""
    return st.binary(max_size=120) if isinstance(value, bytes) else _NOISE


def _flipped(value: Any, place: int, bit: int) -> Any:
    """The same with one bit changed; of a text one character, into another of its kind."""
    if isinstance(value, bytes):
        at = place % len(value)
        return value[:at] + bytes([value[at] ^ (1 << bit % 8)]) + value[at + 1 :]
    at = place % len(value)
    other = "b" if value[at] == "a" else "a"
    return value[:at] + other + value[at + 1 :]


@EACH
@given(message=_MESSAGES)
@settings(max_examples=15)
def test_what_is_signed_rightly_holds(name: str, message: bytes) -> None:
    verifier = VERIFIERS[name]
    assert verifier.holds(verifier.make(message))


@EACH
@given(message=_MESSAGES, data=st.data())
@settings(max_examples=60)
def test_a_change_anywhere_breaks_it(name: str, message: bytes, data: st.DataObject) -> None:
    verifier = VERIFIERS[name]
    case = verifier.make(message)
    which = data.draw(st.sampled_from([at for at, part in enumerate(case) if part]))
    place, bit = data.draw(st.integers(0, 5000)), data.draw(st.integers(0, 7))
    changed: list[Any] = list(case)
    changed[which] = _flipped(case[which], place, bit)
    assert not verifier.holds(tuple(changed)) or _is_the_same(name, case, tuple(changed))


@EACH
@given(message=_MESSAGES, data=st.data())
@settings(max_examples=60)
def test_anything_else_in_a_part_is_refused(name: str, message: bytes, data: st.DataObject) -> None:
    verifier = VERIFIERS[name]
    case = verifier.make(message)
    which = data.draw(st.integers(0, len(case) - 1))
    changed: list[Any] = list(case)
    changed[which] = data.draw(_texts(case[which]))
    if changed[which] != case[which]:
        assert not verifier.holds(tuple(changed))


def _is_the_same(name: str, case: Case, changed: Case) -> bool:
    """Base64 without padding has letters whose last bits say nothing: no other bytes, though."""
    if name not in _BASE64_ENDS:
        return False
    (one,), (other,) = case, changed
    return one[:-1] == other[:-1]


# Their last letter may be another one that means the same bytes.
_BASE64_ENDS = {"session token", "plugin ticket", "id token", "reply token"}
