"""Where a request comes from, as its browser tells: one of our pages, another site, a frame."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
_TYPED = "none"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request's method, cookies, and what Fetch Metadata and `Origin` say of it.

    A page can forge none of these headers; a browser that is too old sends no `Sec-Fetch-…`, a
    program neither.
    """

    method: str
    cookies: Mapping[str, str]
    site: str | None
    mode: str | None
    destination: str | None
    origin: str | None
    own_origin: str

    @property
    def is_framed(self) -> bool:
        """Whether a document is asked for that will stand in a frame."""
        return self.destination in _FRAMES

    @property
    def is_document(self) -> bool:
        """Whether a browser says that it opens a page of its own."""
        return self.destination == "document"

    @property
    def is_foreign(self) -> bool:
        """Whether another site's page sent it."""
        if self.site is not None:
            return self.site not in ("same-origin", _TYPED)
        return self.origin is not None and self.origin != self.own_origin

    @property
    def is_ours(self) -> bool:
        """Whether a page of ours provably sent it."""
        if self.site is not None:
            return self.site == "same-origin"
        return self.origin == self.own_origin

    @property
    def cookie_counts(self) -> bool:
        """Whether a cookie may say who this is: a page of ours asks, or a page is opened.

        What changes something has to come from a page of ours. A frame never counts.
        """
        if self.is_framed:
            return False
        if self.is_ours:
            return True
        if self.method not in _SAFE:
            return False
        if self.site is None:
            return self.origin is None
        return self.is_document and self.mode == "navigate"


def visit_of(
    app_url: str,
    method: str,
    header: Callable[[str], str | None],
    cookies: Mapping[str, str],
) -> Visit:
    """The visit that a request is; `header` gives a header's value by its name."""
    own = urlsplit(app_url)
    return Visit(
        method=method,
        cookies=cookies,
        site=header("Sec-Fetch-Site"),
        mode=header("Sec-Fetch-Mode"),
        destination=header("Sec-Fetch-Dest"),
        origin=header("Origin"),
        own_origin=f"{own.scheme}://{own.netloc}",
    )
