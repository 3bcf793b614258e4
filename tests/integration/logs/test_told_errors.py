"""What logs may tell of an error: its class and place, and no value that its message quotes."""

import sqlite3
from collections.abc import Callable

import pytest

from integration.errors import NotFound
from integration.logs.told_errors import told, told_traceback
from platforms.errors import StoreUnreachable

CANARY = "canary@private.gr"


def caught(fail: Callable[[], object]) -> Exception:
    try:
        fail()
    except Exception as error:  # noqa: BLE001 - whichever it is
        return error
    raise AssertionError("it didn't fail")


def look_up() -> str:
    return {"a": "b"}[CANARY]


def wrapped() -> None:
    try:
        look_up()
    except KeyError as error:
        raise RuntimeError("as was asked") from error


def while_handling() -> None:
    try:
        look_up()
    except KeyError:
        int(CANARY)


def hidden() -> None:
    try:
        look_up()
    except KeyError:
        raise RuntimeError("as was asked") from None


def several() -> None:
    raise ExceptionGroup(CANARY, [caught(look_up), ValueError(CANARY)])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (KeyError(CANARY), "KeyError"),
        (ValueError(f"invalid literal: {CANARY}"), "ValueError"),
        (OSError(28, "No space left on device", CANARY), "OSError: [Errno 28] No space left"),
        (
            PermissionError(13, "Permission denied", "/var/lib/tillside/inbox.db"),
            "PermissionError: [Errno 13] Permission denied: /var/lib/tillside/inbox.db",
        ),
        (ConnectionError(f"https://shop.example/?email={CANARY}"), "ConnectionError"),
        (RuntimeError("a plain sentence"), "RuntimeError: a plain sentence"),
        (NotFound("There is no delivery 7."), "integration.errors.NotFound: There is no deliv"),
        (StoreUnreachable("no answer"), "platforms.errors.StoreUnreachable: no answer"),
        (
            sqlite3.IntegrityError("UNIQUE constraint failed: customers.email"),
            "sqlite3.IntegrityError: UNIQUE constraint failed: customers.email",
        ),
    ],
)
def test_a_message_is_told_only_where_it_can_quote_nobody(error: Exception, line: str) -> None:
    assert told(error).startswith(line)
    assert CANARY not in told(error)


@pytest.mark.parametrize(
    ("fail", "classes"),
    [
        (look_up, ["KeyError"]),
        (wrapped, ["KeyError", "RuntimeError: as was asked"]),
        (while_handling, ["KeyError", "ValueError"]),
        (hidden, ["RuntimeError: as was asked"]),
        (several, ["ExceptionGroup", "KeyError", "ValueError"]),
    ],
)
def test_a_traceback_has_the_places_of_all_its_causes(
    fail: Callable[[], object], classes: list[str]
) -> None:
    text = told_traceback(caught(fail))
    assert CANARY not in text
    lines = text.splitlines()
    assert [line for line in lines if line.startswith(tuple(classes))] == classes
    assert f"in {fail.__name__}" in text


def test_causes_that_go_round_in_a_ring_end() -> None:
    first, second = ValueError(), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    assert told_traceback(first).splitlines()[0] == "RuntimeError: second"
