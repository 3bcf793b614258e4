"""Cells that no spreadsheet runs, whatever was typed, and files that every reader takes apart."""

import csv
import io
import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration.segments.spreadsheet import (
    BYTE_ORDER_MARK,
    LONGEST_CELL,
    amount_cell,
    lines,
    text_cell,
)

TRIGGERS = "=+-@＝＋－＠﹦﹢﹣﹫−"
BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff\u00ad\"'“”‘’"


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Smith-Jones", "Smith-Jones"),
        ("'t Hooft", "'t Hooft"),
        ("ada@example.com", "ada@example.com"),
        ("Δήμητρα; Αθήνα", "Δήμητρα; Αθήνα"),
        ("דנה", "דנה"),
        ("+302101234567", "'+302101234567"),
        ('=HYPERLINK("http://evil.example","x")', '\'=HYPERLINK("http://evil.example","x")'),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1", "'-1"),
        ("＝1+1", "'＝1+1"),
        ("  =1", "'  =1"),
        ("\t=1", "' =1"),
        ("\r\n=1", "'  =1"),
        ("'=1", "''=1"),
        ("“=1", "'“=1"),
        ("\u200b=1", "'\u200b=1"),
        ("a;=1", "a;'=1"),
        ("a, -1", "a,' -1"),
        ('a"=1', "a\"'=1"),
        ("one\ntwo\u2028three\x00four", "one two three four"),
        ("\u202e=1\u202c", "'=1"),
        ("\ud800=1", "?=1"),
    ],
)
def test_what_stands_in_a_cell(typed: str, cell: str) -> None:
    assert text_cell(typed) == cell


def _may_begin(line: str) -> list[str]:
    """Every text that a spreadsheet might take for a cell, with any separator and any quotes."""
    cells = [line]
    for separator in ',;|\t"':
        cells = [part for cell in cells for part in cell.split(separator)]
    return cells


@given(some.text(alphabet=some.sampled_from(TRIGGERS + BLANKS + ",;|\u202eaΩ1"), max_size=30))
def test_no_cell_begins_a_formula_wherever_it_is_cut(typed: str) -> None:
    cell = text_cell(typed)
    for part in _may_begin(cell):
        bare = part.lstrip(BLANKS.replace("'", ""))
        assert not bare or bare[0] not in TRIGGERS, (typed, cell, part)
    assert not set("\t\r\n\u2028\u202e") & set(cell)


@given(some.lists(some.lists(some.text(max_size=40), min_size=3, max_size=3), max_size=5))
def test_a_file_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    written = (BYTE_ORDER_MARK + lines(rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert read == [[text_cell(value) for value in row] for row in rows]
    assert written.count("\r\n") == len(rows)
    assert written.replace("\r\n", "").isprintable() or "\n" not in written.replace("\r\n", "")


@given(some.text(max_size=60))
def test_a_program_takes_the_apostrophes_off_again(typed: str) -> None:
    cell = text_cell(typed)
    plain = text_cell(typed.replace("=", "x").translate({ord(each): "x" for each in TRIGGERS}))
    kept = cell.translate({ord(each): "x" for each in TRIGGERS})
    assert len(kept) >= len(plain)
    assert kept.replace("'", "") == plain.replace("'", "")


def test_long_and_hostile_texts_take_a_moment() -> None:
    begun = time.process_time()
    for typed in ('"' * 10_000 + "=", ",=" * 5_000, " " * 100_000 + "=1", "=" * 100_000):
        assert len(text_cell(typed)) <= LONGEST_CELL + 1
    assert time.process_time() - begun < 5
    assert text_cell("x" * (LONGEST_CELL + 1)) == "x" * LONGEST_CELL + "…"


def test_values_that_are_ours() -> None:
    local = datetime(2026, 3, 1, 1, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))
    row = (7, None, amount_cell(-5, "EUR"), amount_cell(1234, "JPY"), amount_cell(5, "KWD"), local)
    assert lines([row]) == b'"7","","-0.05","1234","0.005","2026-02-28T23:30:05Z"\r\n'
    assert lines([(Decimal("1E+3"), 'a "b"', datetime(2026, 1, 1, tzinfo=UTC))]) == (
        b'"1000","a ""b""","2026-01-01T00:00:00Z"\r\n'
    )
    assert lines([]) == b""
