"""What the pages of a visited site say: where its REST API begins, or why there is none."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from platforms.port import Answer
from platforms.woocommerce.answers import json_of, prints_messages
from platforms.woocommerce.refusals import SiteRefused
from platforms.woocommerce.walking import Stop, shown_host

_REL = "https://api.w.org/"
_LINK_HEADER = re.compile(r'<([^<>]*)>\s*;[^,]*?rel="?https://api\.w\.org/"?', re.ASCII)
_LINK_TAG = re.compile(r"<link\b[^>]{0,500}>", re.ASCII | re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.ASCII | re.IGNORECASE)
# Bounds what a page made for that can cost.
_SCANNED_BYTES = 256 * 1024
_LONGEST_HEADER = 4096

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_CHALLENGE = re.compile(r"/cdn-cgi/challenge-platform|cf-chl|sgcaptcha|incapsula", re.IGNORECASE)
_CHALLENGE_TITLE = re.compile(r"just a moment|attention required|captcha|robot|ddos", re.IGNORECASE)
_LOGIN = re.compile(r"""id\s*=\s*["']?loginform\b""", re.IGNORECASE)
_LOGIN_TITLE = re.compile(r"\b(?:log ?in|sign ?in|protected|private)\b", re.IGNORECASE)
_COMING_SOON = re.compile(
    r"coming[ -]soon|under construction|maintenance|pardon our dust|launching soon", re.IGNORECASE
)
_WORDPRESS = re.compile(r"/wp-(?:content|includes)/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Index:
    """What a site's REST index says of itself. `home` is '' where it says nothing."""

    name: str
    home: str
    namespaces: frozenset[str]


def rest_root_in(stop: Stop) -> str | None:
    """The REST root that a page names in its Link header or a <link>, whole; None for none.

    WordPress, REST API handbook, Discovery.
    """
    match = _LINK_HEADER.search(stop.answer.headers.get("link", "")[:_LONGEST_HEADER])
    if match:
        return urljoin(stop.url, str(match.group(1)))
    for tag in _LINK_TAG.finditer(_text(stop.answer)):
        href = _HREF.search(tag.group())
        if _REL in tag.group() and href and href.group(1) != _REL:
            return urljoin(stop.url, html.unescape(str(href.group(1))))
    return None


def index_in(answer: Answer) -> Index | None:
    """The REST index that an answer is, None for anything else."""
    body = _json(answer)
    if answer.status != 200 or not isinstance(body, dict):
        return None
    namespaces = body.get("namespaces")
    if not isinstance(namespaces, list):
        return None
    name, home = body.get("name"), body.get("home")
    return Index(
        name=html.unescape(name).strip() if isinstance(name, str) else "",
        home=home if isinstance(home, str) else "",
        namespaces=frozenset(each for each in namespaces if isinstance(each, str)),
    )


def why_no_index(page: Stop, tried: list[Stop]) -> SiteRefused:
    """The reason why a site showed no REST index, from its page and what stood at the roots."""
    host = shown_host(page.url)
    for stop in tried:
        if _is_index_amid_messages(stop.answer):
            return SiteRefused("prints_messages", host=host)
    for stop in tried:
        if _refuses_in_json(stop.answer):
            return SiteRefused("rest_disabled", host=host)
    # What stands at a root speaks of the API itself; the page is asked where the roots say nothing.
    for stop in (*(each for each in tried if each.answer.status != 404), page):
        reason = _reason(stop)
        if reason == "site_failed":
            return SiteRefused(reason, host=host, status=str(stop.answer.status))
        if reason:
            return SiteRefused(reason, host=host)
    return SiteRefused("rest_disabled" if _is_wordpress(page) else "not_wordpress", host=host)


def needs_password(answer: Answer) -> bool:
    """Whether a web server's own password stands before the site."""
    return answer.status == 401 and _json(answer) is None


def _reason(stop: Stop) -> str | None:
    status, text = stop.answer.status, _text(stop.answer)
    if needs_password(stop.answer):
        return "password_protected"
    if status == 503 and _COMING_SOON.search(text) and not _CHALLENGE.search(text):
        return "coming_soon"
    if status in (403, 429, 503):
        return "firewall"
    if status >= 500:
        return "site_failed"
    return _reason_in_text(stop.url, text)


def _reason_in_text(url: str, text: str) -> str | None:
    """Why a page that came is not the shop: a challenge, a login, an announcement."""
    match = _TITLE.search(text)
    title = match.group(1) if match else ""
    if _CHALLENGE.search(text) or _CHALLENGE_TITLE.search(title):
        return "firewall"
    if "wp-login.php" in url or _LOGIN.search(text) or _LOGIN_TITLE.search(title):
        return "login_page"
    return "coming_soon" if _COMING_SOON.search(title) else None


def _refuses_in_json(answer: Answer) -> bool:
    body = _json(answer)
    return answer.status in (401, 403) and isinstance(body, dict) and "code" in body


def _is_index_amid_messages(answer: Answer) -> bool:
    scanned = answer.body[:_SCANNED_BYTES]
    return answer.status == 200 and b'"namespaces"' in scanned and prints_messages(scanned)


def _is_wordpress(page: Stop) -> bool:
    return bool(_WORDPRESS.search(_text(page.answer)))


def _json(answer: Answer) -> Any:
    try:
        return json_of(answer.body)
    except ValueError:
        return None


def _text(answer: Answer) -> str:
    return answer.body[:_SCANNED_BYTES].decode("utf-8", "replace")
