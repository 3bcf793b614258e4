"""The comparable form of human text, and where Greek and Latin spellings of a word meet."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integration.texts.folding import fold, latin, words
from integration.texts.latin_letters import latin_beginnings


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Ada \t LOVELACE\n", "ada lovelace"),
        ("Παπαδοπούλου ΣΊΣΥΦΟΣ Σίσυφος", "παπαδοπουλου σισυφοσ σισυφοσ"),
        ("Ἀθηνᾶ", "αθηνα"),
        ("Příliš žluťoučký kůň", "prilis zlutoucky kun"),
        ("Łódź Żółć", "lodz zolc"),
        ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
        ("İstanbul Işık ılık", "istanbul isik ilik"),
        ("Ærø Þór Đorđe œuvre", "aero thor dorde oeuvre"),
        ("Ёлкин Йогурт", "елкин иогурт"),
        ("שָׁלוֹם", "שלום"),
        ("מֹשֶׁה\u05beדַּיָּן", "משה\u05beדין"),
        ("مُحَمَّد", "محمد"),
        ("Ａｄａ　Ｌｏｖｅ ﬁ", "ada love fi"),
        ("a\u200bd\u200da\u202e\ufeff\u00ad", "ada"),
        ("ada\x00\x07love\x7f", "adalove"),
        ("\ud800ada", "ada"),
        ("e\u0301 é", "e e"),
        ("हिन्दी", "हिन्दी"),
        ("김철수", "김철수"),
        ("\u3164", ""),
        ("", ""),
        ("\u202e\u200b", ""),
    ],
)
def test_folds_what_people_mean(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=300))
@example("ΐ" * 3)
@example("\u0345Σ\u03a3")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=300))
def test_what_it_gives_can_be_stored(text: str) -> None:
    folded = fold(text + "\x00\ud800")
    assert "\x00" not in folded
    folded.encode()


def test_folds_texts_of_any_length() -> None:
    assert fold("Σ" * 100_000) == "σ" * 100_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anne-Marie O'Brien", ("anne", "marie", "obrien")),
        ("O’Brien d`Arc", ("obrien", "darc")),
        ("ada.love_lace+shop@example.com", ("ada", "love", "lace", "shop", "example", "com")),
        ("צה״ל חב\"ד ג'ורג'", ("צהל", "חבד", "גורג")),
        ("בן\u05beגוריון", ("בן", "גוריון")),
        ("Hlavní 12/4a", ("hlavni", "12", "4a")),
        ("'quoted' \"words\"", ("quoted", "words")),
        ("हिन्दी-भाषा", ("हिन्दी", "भाषा")),
        ("ada ada", ("ada", "ada")),
        ("!!! -- '\"%_", ()),
        ("", ()),
    ],
)
def test_parts_words(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found


@given(st.text(max_size=200))
def test_words_are_folded_and_stay_whole(text: str) -> None:
    for word in words(text):
        assert words(word) == (word,)


@pytest.mark.parametrize(
    ("greek", "spellings"),
    [
        ("Παπαδοπούλου", "papadopoulou papadopulu papadopoyloy"),
        ("Χατζηδάκης", "hatzidakis chatzidakis xatzidakis"),
        ("Κωνσταντίνος", "konstantinos constantinos konstandinos kwnstantinos"),
        ("Γιάννης", "giannis yiannis yannis"),
        ("Ευγενία", "eugenia evgenia efgenia"),
        ("Αλέξης", "alexis aleksis"),
        ("Μπάμπης", "babis mpampis"),
        ("Αικατερίνη", "aikaterini ekaterini"),
        ("Αγγελική", "angeliki aggeliki"),
        ("Παύλος", "pavlos paulos paflos"),
        ("Ξένια", "xenia ksenia"),
        ("Φώτης", "fotis photis"),
    ],
)
def test_spellings_meet(greek: str, spellings: str) -> None:
    met = latin(words(greek)[0])
    assert met is not None
    assert {spelling: latin(spelling) for spelling in spellings.split()} == dict.fromkeys(
        spellings.split(), met
    )


def test_other_names_do_not_meet() -> None:
    assert latin("γιωργοσ") != latin("georgios")
    assert latin("μιχαηλ") != latin("michael")
    assert latin("νικοσ") != latin("νικη")


@pytest.mark.parametrize("word", ["", "8anasis", "משה", "елкин", "ada lovelace"])
def test_other_letters_have_no_latin_form(word: str) -> None:
    assert latin(word) is None
    assert latin_beginnings(word) == ()


@given(
    st.text("αβγδεζηθικλμνξοπρστυφχψω", min_size=1, max_size=9)
    | st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
    | st.text("aeiouygnmpthkcs", min_size=1, max_size=9)
)
@example("κωνσταντινοσ")
def test_a_beginning_finds_the_word_that_it_goes_on_to(word: str) -> None:
    form = latin(word)
    assert form
    for length in range(1, len(word) + 1):
        begun = latin_beginnings(word[:length])
        assert any(form.startswith(beginning) for beginning in begun), word[:length]
