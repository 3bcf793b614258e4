"""A mail's HTML: what agents may see of it, and the text in it.

Both come of nh3's output, never of what was sent. No remote address is left where a browser would
load it: a picture's stands in `data-src-blocked`, for whoever asks for it.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

_TAGS = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup"
    " dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i"
    " img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub summary"
    " sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_DROPPED_WHOLE = frozenset({"script", "style", "title", "head", "template", "noscript", "iframe"})
_BOX = {"align", "valign", "width", "height", "bgcolor", "dir", "lang", "title", "style"}
_TABLE = {"border", "cellpadding", "cellspacing", "colspan", "rowspan", "nowrap", "scope"}
_KEPT_ATTRIBUTES: dict[str, set[str]] = {
    "*": _BOX,
    "a": {"href"},
    "img": {"src", "alt", "data-src-blocked"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "bdo": {"dir"},
    "blockquote": {"type"},
    **dict.fromkeys(("table", "td", "th", "tr", "col", "colgroup"), _TABLE),
}
# What tells a quotation; gone from what agents see.
_TELLING = _BOX | {"class", "id", "name"}
# None of these takes an address (`background` would).
_STYLES = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius"
    " border-right border-spacing border-style border-top border-width color direction font"
    " font-family font-size font-style font-weight height letter-spacing line-height margin"
    " margin-bottom margin-left margin-right margin-top max-width min-width padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-indent text-transform"
    " vertical-align white-space width word-break overflow-wrap".split()
)
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_LONGEST_URL = 4000
# What takes a browser's own parser, and so ours, longer than anybody waits.
_MOST_TAGS = 60_000
_DEEPEST = 1500
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_OPENS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_TAG = re.compile(r"<[^<>]*>?")
# Whatever opens one of these closes the one before.
_CLOSE_THEMSELVES = frozenset("p li dt dd option br hr img wbr col input meta link area".split())

_BLOCKS = frozenset(
    "address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3"
    " h4 h5 h6 header li main nav ol p pre section summary table tr ul hr caption".split()
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"})
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_QUOTING = re.compile(
    r"gmail_quote|gmail_extra|yahoo_quoted|moz-cite|protonmail_quote|tutanota_quote|zmail_extra"
    r"|ms-outlook-mobile-reference|divrplyfwdmsg|appendonsend|mail-editor-reference"
    r"|szn-|wm-quote|reply-intro|olk_src_body_section|qt-|quoted_message",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Sanitised HTML, its text (quotations with `>`), and how many pictures it would load."""

    html: str
    text: str
    blocked: int


def sanitise(source: str) -> Shown:
    """What is safe of it. Links lead to web and mail addresses only."""
    told = nh3.clean(
        source,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_KEPT_ATTRIBUTES | {"*": _TELLING},
        url_schemes=_SCHEMES,
        filter_style_properties=set(_STYLES),
        link_rel=None,
        strip_comments=True,
    )
    reader = _Reader()
    reader.feed(told)
    reader.close()
    shown = nh3.clean(
        "".join(reader.rewritten),
        tags=set(_TAGS),
        attributes=_KEPT_ATTRIBUTES,
        attribute_filter=_kept_value,
        url_schemes=_SCHEMES,
        filter_style_properties=set(_STYLES),
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )
    return Shown(shown, reader.told(), reader.blocked)


def is_too_tangled(source: str) -> bool:
    """Whether it has more tags, or deeper ones, than we take apart."""
    if source.count("<") > _MOST_TAGS:
        return True
    depth = 0
    for found in _OPENS.finditer(source):
        if found.group(2).lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if found.group(1) else depth + 1
            if depth > _DEEPEST:
                return True
    return False


def without_tags(source: str) -> str:
    """The bare text of it."""
    text = html.unescape(_TAG.sub(" ", source))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    """The last word on each attribute: a picture's source is one of the mail's own files."""
    if attribute in ("src", "href", "data-src-blocked") and len(value) > _LONGEST_URL:
        return None
    if attribute == "src":
        return value if tag == "img" and value.lower().startswith("cid:") else None
    if attribute == "href" and not _LINK.match(value):
        # One without a scheme would lead to our own pages.
        return None
    if attribute == "style":
        return None if re.search(r"url\s*\(|expression|@import|\\", value, re.IGNORECASE) else value
    return value


class _Reader(HTMLParser):
    """Reads nh3's output once: its text, and the same again with pictures' addresses set aside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rewritten: list[str] = []
        self.blocked = 0
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._quotes: list[str] = []
        self._depth = 0
        self._links: list[str | None] = []
        self._link_at: list[int] = []
        self._verbatim = 0
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag: a new line for blocks, a mark for list entries, an address kept for links."""
        given = {name: value or "" for name, value in attrs}
        self._rewrite(tag, given)
        if tag in _BLOCKS:
            self._break(is_spaced=tag in _SPACED)
        if tag not in _VOID:
            quotes = tag == "blockquote" or self._is_quoting(tag, given)
            self._open.append(quotes)
            self._depth += quotes
        if tag == "br":
            self._break(is_forced=True)
        elif tag == "li":
            self._line.append("• ")
        elif tag == "hr":
            self._line.append("—————")
            self._break()
        elif tag in ("td", "th") and self._line:
            self._line.append("\t")
        elif tag == "img" and given.get("alt"):
            self._line.append(f"[{given['alt']}]")
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "a":
            self._links.append(given.get("href"))
            self._link_at.append(len(self._line))

    def handle_endtag(self, tag: str) -> None:
        """A tag's end; a link's address follows its text where that says something else."""
        self.rewritten.append(f"</{tag}>")
        if tag == "a" and self._links:
            self._end_link()
        if tag in _BLOCKS:
            self._break(is_spaced=tag in _SPACED)
        if tag == "pre":
            self._verbatim = max(0, self._verbatim - 1)
        if self._open:
            self._depth -= self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text: runs of spaces are one, but for what is set as it is."""
        self.rewritten.append(html.escape(data, quote=False))
        if self._verbatim:
            first, *rest = data.split("\n")
            self._line.append(first)
            for line in rest:
                self._break(is_forced=True)
                self._line.append(line)
        else:
            self._line.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def told(self) -> str:
        """The text so far."""
        self._break()
        lines: list[str] = []
        for depth, text in self._lines:
            line = "> " * depth + text
            if text or (lines and lines[-1].strip("> ")):
                lines.append(line.rstrip())
        return "\n".join(lines).strip("\n")

    def _is_quoting(self, tag: str, given: dict[str, str]) -> bool:
        return tag in ("div", "span", "section", "table") and any(
            _QUOTING.search(given.get(name, "")) for name in ("class", "id", "name")
        )

    def _rewrite(self, tag: str, given: dict[str, str]) -> None:
        source = given.get("src")
        if tag == "img" and source is not None and not source.lower().startswith("cid:"):
            del given["src"]
            given["data-src-blocked"] = source
            self.blocked += 1
        attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in given.items())
        self.rewritten.append(f"<{tag}{attributes}>")

    def _end_link(self) -> None:
        target, begin = self._links.pop(), self._link_at.pop()
        text = "".join(self._line[begin:]).strip()
        bare = (target or "").removeprefix("mailto:")
        if bare and text and _plain_url(bare) != _plain_url(text) and len(bare) <= 1000:
            self._line.append(f" <{bare}>")

    def _break(self, *, is_spaced: bool = False, is_forced: bool = False) -> None:
        text = "".join(self._line)
        text = text.rstrip() if self._verbatim else text.strip()
        self._line.clear()
        self._link_at = [0 for _ in self._link_at]
        # A block that begins or ends where nothing is makes no line; a `br` does, once.
        if text or (is_forced and self._lines and self._lines[-1][1]):
            self._lines.append((self._depth, text))
        if is_spaced and self._lines and self._lines[-1][1]:
            self._lines.append((self._depth, ""))


def _plain_url(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|/$", "", url.strip().lower())
