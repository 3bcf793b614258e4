"""Pages of a collection, with the totals and the Link header."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest.call import Answer, Call


def _query_with_page(query: str, page: int) -> str:
    kept = {k: v for k, v in parse_qsl(query, keep_blank_values=True) if k != "page"}
    pairs = [*kept.items(), ("page", str(page))]
    return "&".join(f"{quote(k, safe='[]')}={quote(v, safe=':,')}" for k, v in pairs)


def _link(call: Call, page: int, pages: int) -> str:
    """prev and next, as far as there are any. A `prev` past the end points at the last page."""
    whole = call.state.rest_root(call.site).rstrip("/") + call.route
    mark = "&" if "?" in whole else "?"
    links = []
    if page > 1:
        before = _query_with_page(call.query_string, min(page - 1, pages))
        links.append(f'<{whole}{mark}{before}>; rel="prev"')
    if pages > page:
        after = _query_with_page(call.query_string, page + 1)
        links.append(f'<{whole}{mark}{after}>; rel="next"')
    return ", ".join(links)


def window(call: Call, found: Sequence[int], *, forgets: bool = False) -> (
    tuple[Sequence[int], dict[str, str]]
):  # fmt: skip
    """The asked page of ids and its headers.

    `forgets`: past the end the total is told as 0, as orders do it.
    """
    size, page = int(call.params["per_page"]), int(call.params["page"])
    offset = call.params.get("offset")
    start = int(offset) if offset is not None else (page - 1) * size
    shown = found[start : start + size]
    total = 0 if forgets and not shown else len(found)
    pages = -(-total // size)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    link = _link(call, page, pages)
    if link:
        headers["Link"] = link
    return shown, headers


def joined(parts: list[bytes], headers: dict[str, str]) -> Answer:
    """A list of items that are JSON already."""
    return Answer(b"[" + b",".join(parts) + b"]", 200, headers)


def wall(site: Site, value: str) -> datetime:
    """The clock reading that a date argument is compared by.

    WordPress takes a date without a zone as it stands and turns one with a zone into the site's
    time, also where it is compared with GMT columns: so `Z` with `dates_are_gmt` is off by the
    site's offset.
    """
    moment = datetime.fromisoformat(value.upper().replace(" ", "T"))
    if moment.tzinfo is not None:
        moment = moment.astimezone(site.tz)
    return moment.replace(tzinfo=None)


def ids(value: Any) -> list[int]:
    return [int(one) for one in value or ()]
