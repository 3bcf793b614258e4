"""What is new in a mail and what it repeats: a table of cases in five languages, and properties.

In the files of `quoted/`, a case begins with `#`; its lines are shown (`|`) or folded away (`~`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.quoting import Folded, fold

TABLES = Path(__file__).with_name("quoted")
LANGUAGES = ("en", "el", "he", "cs", "pl")


@dataclass(frozen=True)
class Case:
    language: str
    name: str
    lines: tuple[tuple[str, str], ...]

    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def part(self, mark: str) -> list[str]:
        return [line.strip() for each, line in self.lines if each == mark and line.strip()]


def _cases() -> Iterator[Case]:
    for language in LANGUAGES:
        table = (TABLES / f"{language}.txt").read_text(encoding="utf-8")
        for block in re.split(r"(?m)^# ", table)[1:]:
            name, *lines = block.splitlines()
            marked = tuple((line[:1], line[2:]) for line in lines if line)
            assert {mark for mark, _ in marked} <= {"|", "~"}, (language, name)
            yield Case(language, name, marked)


CASES = list(_cases())


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def test_the_table_is_as_large_as_it_says() -> None:
    assert len(CASES) >= 100
    assert {
        language: sum(each.language == language for each in CASES) >= 20 for language in LANGUAGES
    } == (dict.fromkeys(LANGUAGES, True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.name}")
def test_a_labelled_case(case: Case) -> None:
    folded = fold(case.text())
    assert _lines(folded.text) == case.part("|")
    assert _lines(folded.quoted) == case.part("~")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.name}")
def test_a_case_in_decomposed_letters_and_windows_line_ends_folds_alike(case: Case) -> None:
    folded = fold(unicodedata.normalize("NFD", case.text()))
    shown = [unicodedata.normalize("NFC", line) for line in _lines(folded.text)]
    assert shown == [unicodedata.normalize("NFC", line) for line in case.part("|")]


@given(st.lists(st.sampled_from([line for case in CASES for _, line in case.lines]), max_size=30))
def test_nothing_is_lost_and_never_all_is_folded_away(lines: list[str]) -> None:
    text = "\n".join(lines)
    folded = fold(text)
    kept = _lines(folded.text) + _lines(folded.quoted)
    assert sorted(kept) == sorted(_lines(text))
    assert bool(folded.text.strip()) == bool(text.strip())


def test_a_very_long_text_is_shown_whole() -> None:
    text = "a\n" * 40_000 + "On 1/2/2024, X wrote:\n> b"
    assert fold(text) == Folded(text, None)


def test_many_lines_that_end_with_a_colon_take_no_long_time() -> None:
    text = "\n".join(f"On {number} " + "x wrote " * 30 + ":" for number in range(3000))
    assert fold("hello\n" + text).text == "hello"
