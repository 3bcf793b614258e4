"""Single values as WooCommerce writes them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from platforms.woocommerce.statuses import financial_status, fulfillment_status, platform_status
from platforms.woocommerce.values import (
    amount,
    amount_together,
    by_number,
    id_or_none,
    id_text,
    moment,
    moment_or_none,
    naive_utc,
    plain,
    text,
    whole,
    words,
)
from platforms.woocommerce.zones import country_code, iana_zone


@pytest.mark.parametrize(
    ("value", "id_"), [(7, "7"), ("7", "7"), ("007", "7"), (2**63, str(2**63))]
)
def test_an_id_is_text(value: Any, id_: str) -> None:
    assert id_text(value) == id_


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "", "0", "1a", "٧", None, [], {}])
def test_what_is_no_id(value: Any) -> None:
    with pytest.raises(ValueError, match="id"):
        id_text(value)


def test_no_id_is_none() -> None:
    assert [id_or_none(value) for value in (0, None, "", "0", 5)] == [None, None, None, None, "5"]
    assert [id_or_none(value) for value in (-1, "x", True, 1.5, [], {})] == [None] * 6


def test_a_gmt_time_is_utc() -> None:
    assert moment("2026-11-22T02:35:59") == datetime(2026, 11, 22, 2, 35, 59, tzinfo=UTC)
    assert moment("2026-11-22T02:35:59").tzinfo is UTC
    assert moment_or_none(None) is None
    assert moment_or_none("") is None


@pytest.mark.parametrize("written", ["2026-11-22T02:35:59Z", "2026-11-22T04:35:59+02:00"])
def test_a_zone_that_a_plugin_writes_is_honoured(written: str) -> None:
    assert moment(written) == datetime(2026, 11, 22, 2, 35, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "-0001-11-30T00:00:00", "2026-13-01T00:00:00"]
)
def test_what_is_no_time(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(written)


def test_a_query_takes_the_time_naive_in_utc_and_whole_seconds() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert naive_utc(datetime(2026, 11, 21, 21, 36, 0, 999_999, eastern)) == "2026-11-22T02:36:00"


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.50", "JPY", 13),
        ("12.49", "JPY", 12),
        ("12.3456", "EUR", 1235),
        ("12.345", "KWD", 12345),
        ("-5.00", "EUR", -500),
        ("", "EUR", 0),
        (None, "EUR", 0),
        (12.5, "EUR", 1250),
        (0.1, "EUR", 10),
        (7, "EUR", 700),
    ],
)
def test_an_amount_is_minor_units(value: Any, currency: str, minor: int) -> None:
    assert amount(value, currency) == minor


@pytest.mark.parametrize(
    "value", ["abc", "1e999999", "NaN", "Infinity", "9" * 30, "9" * 5000, True]
)
def test_what_is_no_amount(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        amount(value, "EUR")


@pytest.mark.parametrize(
    ("value", "count"), [(3, 3), ("3", 3), (0.5, 1), (2.0, 2), ("2.5", 3), (-1, -1), (-0.5, -1)]
)
def test_a_part_of_a_piece_counts_as_one(value: Any, count: int) -> None:
    assert whole(value) == count


@pytest.mark.parametrize("value", ["x", "inf", "nan", 10**30, 1e30, None, [], True])
def test_what_is_no_count(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        whole(value)


def test_ids_are_sorted_as_numbers() -> None:
    assert sorted(["10", "9", "100"], key=by_number) == ["9", "10", "100"]


def test_texts() -> None:
    assert [text(value) for value in ("a", "", None, 5, [])] == ["a", None, None, None, None]
    assert (
        plain("Stock levels reduced: Lab Mug (10&rarr;8)") == "Stock levels reduced: Lab Mug (10→8)"
    )
    assert plain("<p>One<br />two</p>\n<p>three &amp; <b>four</b></p>") == "One\ntwo\nthree & four"
    assert plain("3 < 4 and <3") == "3 < 4 and <3"
    assert [plain(value) for value in ("", None, 5, "<p></p>")] == [None, None, None, None]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Jane &amp; Söhne", "Jane & Söhne"),
        ("O&#8217;Neil &#x26; Co", "O’Neil & Co"),
        ("M&uuml;ller", "Müller"),
        ("&lt;b&gt;", "<b>"),
        ("&amp;amp;", "&amp;"),
        ("AT&T", "AT&T"),
        ("R&DCOPY &copy", "R&DCOPY &copy"),
        ("A & B;", "A & B;"),
        ("&nothing;", "&nothing;"),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_the_entities_of_names_are_read_once(value: Any, told: str | None) -> None:
    assert words(value) == told


@pytest.mark.parametrize(
    ("status", "has_paid_at", "total", "refunded", "word"),
    [
        ("pending", False, 100, 0, "pending"),
        ("pending", True, 100, 0, "pending"),
        ("on-hold", False, 100, 0, "pending"),
        ("on-hold", True, 100, 0, "paid"),
        ("processing", True, 100, 0, "paid"),
        ("processing", False, 100, 0, "pending"),
        ("processing", False, 100, 100, "pending"),
        ("processing", True, 100, 40, "partially_refunded"),
        ("processing", True, 100, 100, "refunded"),
        ("processing", True, 0, 0, "paid"),
        ("completed", False, 100, 0, "paid"),
        ("completed", True, 100, 120, "refunded"),
        ("refunded", False, 100, 100, "refunded"),
        ("refunded", True, 100, 0, "refunded"),
        ("cancelled", True, 100, 100, "voided"),
        ("failed", False, 100, 0, "voided"),
        ("awaiting-lenses", True, 100, 0, "paid"),
        ("awaiting-lenses", False, 100, 0, "pending"),
        ("trash", True, 100, 30, "partially_refunded"),
        ("checkout-draft", False, 100, 0, "pending"),
    ],
)
def test_statuses_in_our_words(
    status: str, has_paid_at: bool, total: int, refunded: int, word: str
) -> None:
    told = financial_status(status, has_paid_at=has_paid_at, total=total, refunded=refunded)
    assert told == word


def test_only_a_completed_order_is_fulfilled() -> None:
    assert fulfillment_status("completed") == "fulfilled"
    assert fulfillment_status("processing") == "unfulfilled"
    assert platform_status("wc-awaiting-lenses") == "awaiting-lenses"


@pytest.mark.parametrize(
    ("name", "offset", "zone"),
    [
        ("America/New_York", -5, "America/New_York"),
        ("", -5, "Etc/GMT+5"),
        ("", "3", "Etc/GMT-3"),
        ("", 0, "UTC"),
        ("", "5.5", "Asia/Kolkata"),
        ("", 14, "Etc/GMT-14"),
        ("", 99, "UTC"),
        (None, None, "UTC"),
        ("Europe/Athens; DROP", 2, "Etc/GMT-2"),
        ("UTC", 0, "UTC"),
    ],
)
def test_a_zone_has_an_iana_name(name: Any, offset: Any, zone: str) -> None:
    assert iana_zone(name, offset) == zone


@pytest.mark.parametrize(
    ("value", "country"),
    [("US:NY", "US"), ("GR", "GR"), ("", None), (None, None), ("gr", None), (5, None)],
)
def test_a_country_is_its_code(value: Any, country: str | None) -> None:
    assert country_code(value) == country


def test_amounts_together_are_rounded_once() -> None:
    assert amount_together(["-990.25", "-990.25"], "JPY") == 1981
    assert amount_together(["-6.25", "-6.25"], "JPY") == amount("12.50", "JPY") == 13
    assert amount_together(["-990.25"], "JPY") == 990
    assert amount_together(["", "-1.10"], "EUR") == 110
    assert amount_together([], "EUR") == 0
    with pytest.raises(ValueError, match="amount"):
        amount_together(["1", "much"], "EUR")
