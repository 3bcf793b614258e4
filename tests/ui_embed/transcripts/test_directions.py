"""Which way lines are read on paper, and that no name turns what stands around it."""

import pytest

from ui_embed.transcripts.directions import isolated, lines_of


def test_each_line_goes_its_own_way() -> None:
    text = "#1042 שלום\n\nParcel 4711\n12:04"
    assert [way for way, _ in lines_of(text, "ltr")] == ["rtl", "rtl", "ltr", "ltr"]
    assert [way for way, _ in lines_of("4711", "rtl")] == ["rtl"]
    assert [line for _, line in lines_of(text, "ltr")] == text.split("\n")


@pytest.mark.parametrize("name", ["Dora", "\u2067Do\u2066ra", "\u2069Dora\u2069"])
def test_a_name_ends_no_sooner_and_no_later_than_it_does(name: str) -> None:
    assert isolated(name) == "\u2068Dora\u2069"
    assert isolated("\u202edar") == "\u2068\u202edar\u2069"
