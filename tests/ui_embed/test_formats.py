"""Amounts, times and names as people read them."""

from datetime import timedelta

import pytest
from babel import Locale

from tests.ui_embed.world import NOW
from ui_embed.door import is_web_address
from ui_embed.formats import Formats, initials, language_name, phone_text, zone_of

GAP = "\N{NO-BREAK SPACE}"


def _formats(locale: str = "en", zone: str = "Europe/Athens") -> Formats:
    return Formats(Locale.parse(locale), zone_of(zone), NOW)


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "text"),
    [
        ("en", 8990, "EUR", "€89.90"),
        ("el", 8990, "EUR", f"89,90{GAP}€"),
        ("en", 12800, "JPY", "¥12,800"),
        ("en", 12500, "KWD", f"KWD{GAP}12.500"),
        ("en", -2000, "EUR", "-€20.00"),
        ("cs", 129900, "CZK", f"1{GAP}299,00{GAP}Kč"),
        ("pl", 129900, "PLN", f"1{GAP}299,00{GAP}zł"),
        # CLDR shows these without decimals, the currencies have two.
        ("en", 150000, "HUF", f"HUF{GAP}1,500.00"),
        ("en", 10**17 + 1, "EUR", "€1,000,000,000,000,000.01"),
    ],
)
def test_money_has_its_currencys_own_decimals(
    locale: str, amount: int, currency: str, text: str
) -> None:
    assert _formats(locale).money(amount, currency) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(0, "0%"), (0.004, "1%"), (0.5, "50%"), (0.996, "99%"), (1, "100%")]
)
def test_only_none_and_all_are_0_and_100_percent(rate: float, text: str) -> None:
    assert _formats().percent(rate) == text


def test_days_have_a_decimal_while_they_are_few() -> None:
    assert [_formats().days(count) for count in (1.0, 2.26, 38.4)] == [
        "1 day",
        "2.3 days",
        "38 days",
    ]


def test_times_stand_in_the_stores_zone() -> None:
    assert _formats().clock(NOW) == "2:04\N{NARROW NO-BREAK SPACE}PM"
    assert _formats("el").clock(NOW).startswith("2:04")
    assert _formats(zone="No/Where").clock(NOW).startswith("12:04")
    late = NOW.replace(hour=23)
    assert _formats().day(late) == "Nov 23"
    assert _formats(zone="America/New_York").day(late) == "Nov 22"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(0), "1 second ago"),
        (timedelta(seconds=12), "12 seconds ago"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(days=60), "Sep 23"),
        (timedelta(days=400), "Oct 18, 2025"),
        (timedelta(hours=-2), "in 2 hours"),
    ],
)
def test_times_are_told_relative_to_now(ago: timedelta, text: str) -> None:
    assert _formats().ago(NOW - ago) == text


def test_spans_count_whole_days() -> None:
    assert _formats().span(timedelta(days=9, hours=20)) == "9 days"
    assert _formats("pl").span(timedelta(days=9)) == "9 dni"
    assert _formats().span(timedelta(hours=5)) == "5 hours"


def test_the_machines_time_is_utc() -> None:
    assert _formats().machine(NOW) == "2026-11-22T12:04:00Z"


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("el", "Ελληνικά"),
        ("he-IL", "עברית"),
        ("cs", "Čeština"),
        (None, None),
        ("", None),
        ("x" * 40, None),
        ("../etc", None),
        ("zz", None),
    ],
)
def test_a_language_is_named_in_its_own_words(tag: str | None, name: str | None) -> None:
    assert language_name(tag) == name


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Δήμητρα Παπαδοπούλου", "ΔΠ"),
        ("נועה בן־דוד", "נב"),
        ("Cher", "C"),
        (None, ""),
        ("  ", ""),
        ("4 x", "X"),
        ("Ana María de la Cruz", "AC"),
    ],
)
def test_initials(name: str | None, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+306912345678", "+30 691 234 5678"),
        ("6912345678", "6912345678"),
        ("call me", "call me"),
        ("dimitra@example.gr", "dimitra@example.gr"),
    ],
)
def test_phones_have_their_gaps(number: str, text: str) -> None:
    assert phone_text(number) == text


@pytest.mark.parametrize(
    ("locale", "milliseconds", "text"),
    [
        ("en", 12, "0.01 sec"),
        ("en", 254, "0.25 sec"),
        ("en", 59_940, "59.9 sec"),
        ("en", 60_000, "1 min"),
        ("en", 312_000, "5.2 min"),
        ("en", 3_600_000, "1 hr"),
        ("el", 90_000, "1,5 λ."),
        ("he", 86_400_000, "1 יום"),
    ],
)
def test_a_delay_is_told_in_its_largest_unit(locale: str, milliseconds: int, text: str) -> None:
    assert _formats(locale).delay(milliseconds) == text


def test_a_window_is_told_by_the_clock_within_a_day() -> None:
    later = NOW + timedelta(minutes=20)
    assert _formats("en_GB").window(NOW, later) == "14:04–14:24"
    assert _formats("he").window(NOW, later) == "14:04–14:24"
    assert _formats("el").window(NOW, later) == "2:04–2:24\N{NARROW NO-BREAK SPACE}μ.μ."
    days = _formats("en").window(NOW - timedelta(days=2), NOW)
    assert days == "Nov 20\N{THIN SPACE}–\N{THIN SPACE}22"


@pytest.mark.parametrize(
    ("locale", "text"), [("en", "Sun 22"), ("he", "א׳ 22"), ("pl", "nie 22"), ("el", "Κυρ 22")]
)
def test_a_weekday_is_as_short_as_people_write_it(locale: str, text: str) -> None:
    assert _formats(locale).weekday(NOW) == text


@pytest.mark.parametrize(
    ("locale", "passed", "text"),
    [
        ("en", timedelta(seconds=5), "1 min"),
        ("en", timedelta(minutes=6), "6 min"),
        ("el", timedelta(minutes=40), "40 λ."),
        ("he", timedelta(hours=2), "שעתיים"),
        ("cs", timedelta(hours=5), "5 h"),
        ("pl", timedelta(hours=23, minutes=59), "23 godz."),
        ("en", timedelta(days=1), "Sat"),
        ("el", timedelta(days=6), "Δευ"),
        ("en", timedelta(days=7), "Nov 15"),
        ("en", timedelta(days=400), "Oct 18, 2025"),
    ],
)
def test_a_column_tells_short_when_it_was(locale: str, passed: timedelta, text: str) -> None:
    assert _formats(locale).brief_ago(NOW - passed) == text


def test_a_messages_time_has_its_day_where_that_is_another() -> None:
    gap = "\N{NARROW NO-BREAK SPACE}"
    told = [_formats().stamp(NOW - timedelta(days=days)) for days in (0, 1, 6, 7, -1)]
    day = f"2:04{gap}PM"
    assert told == [day, f"Sat, {day}", f"Mon, {day}", f"Nov 15, {day}", f"Nov 23, {day}"]


def test_how_long_in_short_is_the_same_before_and_after() -> None:
    lengths = (timedelta(minutes=-50), timedelta(hours=3), timedelta(days=3))
    assert [_formats().brief(each) for each in lengths] == ["50 min", "3 hr", "3 days"]


@pytest.mark.parametrize("url", ["http://[", "https://[::1", "//[x]", "javascript:alert(1)", ""])
def test_what_is_no_address_is_no_link(url: str) -> None:
    assert not is_web_address(url)
