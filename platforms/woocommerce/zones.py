"""A site's time zone and country as WordPress and WooCommerce write them."""

import re
from typing import Any

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*", re.ASCII)
_COUNTRY = re.compile(r"([A-Z]{2})(?::.*)?", re.ASCII)

# Offsets that are no whole hour have no Etc/GMT zone; these places keep them all year.
_BROKEN_HOURS = {
    -9.5: "Pacific/Marquesas",
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}


def iana_zone(timezone_string: Any, gmt_offset: Any) -> str:
    """The zone's IANA name; from a bare offset one that keeps it all year (`Etc/GMT+5` is UTC-5).

    UTC where neither tells anything.
    """
    if isinstance(timezone_string, str) and _NAME.fullmatch(timezone_string):
        return timezone_string
    try:
        offset = float(gmt_offset)
    except (TypeError, ValueError):
        return "UTC"
    if offset in _BROKEN_HOURS:
        return _BROKEN_HOURS[offset]
    hours = round(offset) if -12 <= offset <= 14 else 0
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def country_code(default_country: Any) -> str | None:
    """The country of `woocommerce_default_country` (`US:NY`), None where it tells none."""
    found = _COUNTRY.fullmatch(default_country) if isinstance(default_country, str) else None
    return found[1] if found else None
