"""Bulk results joined, whatever the order of their lines."""

import json
import random
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import StoreAnsweredNonsense, TruncatedResult
from platforms.shopify.jsonl import JsonlResult
from tests.platforms.shopify.nodes import child, jsonl


def _root(number: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/Order/{number}", "note": 'a "__parentId": of words'}


def _line(number: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/LineItem/{number}"}


def _family(count: int) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    base = 2**53
    return [
        (_root(base + n), [child(_root(base + n), _line(n * 10 + k)) for k in range(n % 4)])
        for n in range(count)
    ]


def _joined(body: bytes, skip: int = 0, chunk: int = 37) -> list[tuple[Any, set[Any]]]:
    pieces = (body[at : at + chunk] for at in range(0, len(body), chunk))
    with JsonlResult(pieces) as result:
        return [
            (root.get("id"), {line.get("id") for line in lines})
            for root, lines in result.joined(skip)
        ]


def _expected(count: int) -> list[tuple[str, set[str]]]:
    return [(root["id"], {line["id"] for line in lines}) for root, lines in _family(count)]


def _grouped(count: int) -> list[dict[str, Any]]:
    return [node for root, lines in _family(count) for node in (root, *lines)]


def test_grouped_lines() -> None:
    assert _joined(jsonl(_grouped(9))) == _expected(9)


def test_children_after_all_roots_and_before_them() -> None:
    roots = [root for root, _ in _family(9)]
    lines = [line for _, many in _family(9) for line in many]
    assert _joined(jsonl([*roots, *lines])) == _expected(9)
    assert _joined(jsonl([*lines, *roots])) == _expected(9)


@given(seed=st.integers(), count=st.integers(0, 30))
def test_any_order(seed: int, count: int) -> None:
    nodes = _grouped(count)
    random.Random(seed).shuffle(nodes)
    assert sorted(_joined(jsonl(nodes))) == sorted(_expected(count))


def test_the_order_of_the_roots_is_the_files() -> None:
    assert [each for each, _ in _joined(jsonl([_root(3), _root(1), _root(2)]))] == [
        "gid://shopify/Order/3",
        "gid://shopify/Order/1",
        "gid://shopify/Order/2",
    ]


def test_skip_leaves_out_roots_with_their_children() -> None:
    assert _joined(jsonl(_grouped(9)), skip=4) == _expected(9)[4:]
    assert _joined(jsonl(_grouped(9)), skip=99) == []


def test_blank_lines_and_a_last_line_without_its_end_count_rightly() -> None:
    body = b"\n" + jsonl(_grouped(3)) + b"\n"
    assert _joined(body) == _expected(3)
    assert _joined(jsonl(_grouped(3)).rstrip(b"\n")) == _expected(3)


def test_the_id_may_stand_anywhere() -> None:
    body = json.dumps({"note": None, "id": "gid://shopify/Order/5"}).encode()
    assert _joined(body) == [("gid://shopify/Order/5", set())]


def test_counts() -> None:
    with JsonlResult([jsonl(_grouped(9))]) as result:
        assert (result.root_count, result.line_count) == (9, len(_grouped(9)))
    with JsonlResult([]) as result:
        assert (result.root_count, result.line_count) == (0, 0)


def test_a_file_cut_inside_a_line_is_truncated() -> None:
    body = jsonl(_grouped(9))
    for lost in (2, 10, 30, 60):
        with pytest.raises(TruncatedResult):
            _joined(body[:-lost])


def test_children_without_their_parent_are_truncated() -> None:
    orphan = child(_root(99), _line(1))
    with pytest.raises(TruncatedResult):
        _joined(jsonl([_root(1), orphan]))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>\n",
        b"[]\n",
        b"5\n",
        b'{"id":5}\n',
        b'{"id":"gid:\n',
        b'{"id":"gid://shopify/Order/x"}\n',
        b'{"id":"gid://shopify/Order/99999999999999999999999"}\n',
        b'{"note":"no id"}\n',
        b'{"id":"gid://shopify/Order/1"\n',
        b'{"id":"gid://shopify/LineItem/1","__parentId":null}\n',
    ],
)
def test_what_is_no_result_is_nonsense(body: bytes) -> None:
    with pytest.raises((StoreAnsweredNonsense, TruncatedResult)):
        _joined(body)


@given(data=st.data())
def test_a_damaged_result_raises_nothing_but_the_named_errors(data: st.DataObject) -> None:
    body = bytearray(jsonl(_grouped(4)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3))
    with suppress(StoreAnsweredNonsense, TruncatedResult):
        _joined(bytes(body))


def test_one_object_told_twice_is_nonsense() -> None:
    with pytest.raises(StoreAnsweredNonsense):
        _joined(jsonl([_root(1), _root(1)]))


def test_a_failing_download_leaves_no_file_open() -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"id":'
        raise TruncatedResult("cut")

    with pytest.raises(TruncatedResult):
        JsonlResult(chunks())


def test_memory_stays_flat() -> None:
    """60 MB of lines pass through with a few MB of index."""
    assert sys.platform == "linux"

    def chunks() -> Iterator[bytes]:
        filler = "x" * 1000
        for n in range(30_000):
            root = {"id": f"gid://shopify/Order/{n}", "note": filler}
            parent = f"gid://shopify/Order/{29_999 - n}"
            line = {"id": f"gid://shopify/LineItem/{n}", "note": filler, "__parentId": parent}
            yield jsonl([root, line])

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with JsonlResult(chunks()) as result:
        assert sum(len(lines) for _, lines in result.joined()) == 30_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 30 * 1024
