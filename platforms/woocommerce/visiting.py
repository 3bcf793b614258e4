"""What stands at an address that a merchant typed: a store that can be connected, or why not.

Whose store it is follows from where we were answered, never from what an answer claims: a name
that a site gives itself counts only on the host that was called.
"""

from urllib.parse import urljoin, urlsplit

from platforms.errors import InstallRefused
from platforms.port import OutboundHttp, Site
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.pages import Index, index_in, needs_password, rest_root_in, why_no_index
from platforms.woocommerce.refusals import PLAIN_PERMALINKS, SiteRefused
from platforms.woocommerce.sites import canonical_site, site_url
from platforms.woocommerce.walking import Stop, Walker, forbidden, same_site, shown_host

# wc/v3 came with WooCommerce 3.5.
NAMESPACE = "wc/v3"
_FIELDS = "_fields=name,home,namespaces"
_HTML = "text/html,application/xhtml+xml"
_JSON = "application/json"
_LONGEST_NAME = 200


class SiteVisitor:
    """Visits addresses. Every call goes through the guarded client."""

    def __init__(self, http: OutboundHttp, config: WooCommerceConfig) -> None:
        self._http = http
        self._config = config

    def visit(self, address: str) -> Site:
        """The store at that address.

        Raises SiteRefused with one sentence for each thing that can be wrong, AddressRefused for
        an address that may not be called.
        """
        url = _typed_url(address, allow_http=self._config.allow_http)
        walker = Walker(
            self._http,
            allow_http=self._config.allow_http,
            user_agent=self._config.user_agent,
        )
        page = self._page(walker, url, address)
        root, index = _index(walker, page)
        _check_namespace(index, root)
        return self._site(walker, root, index)

    def _page(self, walker: Walker, url: str, address: str) -> Stop:
        try:
            page = walker.get(url, _HTML)
        except SiteRefused as error:
            # A plain http address that was typed isn't called; its https twin is.
            typed_http = address.strip().lower().startswith("http://")
            if error.code == "site_unreachable" and typed_http and url.startswith("https://"):
                raise SiteRefused("http_only", host=shown_host(url)) from error
            raise
        if needs_password(page.answer):
            raise SiteRefused("password_protected", host=shown_host(page.url))
        return page

    def _site(self, walker: Walker, root: str, index: Index) -> Site:
        home = _home(root, index)
        if home.startswith("http://") and not self._config.allow_http:
            raise SiteRefused("http_only", host=shown_host(root))
        root, home = _on_one_origin(walker, root, home)
        return Site(
            domain=canonical_site(home, allow_http=self._config.allow_http),
            url=home,
            rest_root=root,
            name=_name(index) or shown_host(home),
            can_hand_over=not is_plain(root),
            obstacle=PLAIN_PERMALINKS if is_plain(root) else "",
        )


def _typed_url(address: str, *, allow_http: bool) -> str:
    """Where to begin: https, unless http was typed and may be called."""
    typed = address.strip()
    if not allow_http and typed.lower().startswith("http://"):
        typed = f"https://{typed[7:]}"
    try:
        return site_url(canonical_site(typed, allow_http=allow_http)) + "/"
    except InstallRefused as error:
        if _is_canonical_elsewhere(typed):
            url = typed if "://" in typed else f"https://{typed}"
            raise forbidden(shown_host(url)) from error
        raise SiteRefused("not_an_address") from error


def _is_canonical_elsewhere(typed: str) -> bool:
    """Whether it is an address after all, of a kind that only the operator's switch lets pass."""
    try:
        return bool(canonical_site(typed, allow_http=True))
    except InstallRefused:
        return False


def is_plain(rest_root: str) -> bool:
    """Whether a REST root is that of a site with plain permalinks."""
    return "rest_route=" in rest_root


def _index(walker: Walker, page: Stop) -> tuple[str, Index]:
    """The REST root that answered with an index, and the index."""
    tried: list[Stop] = []
    for root in _roots(page):
        stop = walker.get(_with_fields(root), _JSON)
        index = index_in(stop.answer)
        if index is not None:
            return _bare_root(stop.url), index
        tried.append(stop)
    raise why_no_index(page, tried)


def _roots(page: Stop) -> list[str]:
    """Where the REST API may begin: where the page says, else where WordPress puts it."""
    told = rest_root_in(page)
    if told is not None:
        if not _is_same_site(page.url, told):
            raise SiteRefused("another_address", host=shown_host(page.url), other=shown_host(told))
        return [_bare_root(told)]
    folder = urljoin(page.url, urlsplit(page.url).path.rpartition("/")[0] + "/")
    bases = dict.fromkeys((folder, urljoin(page.url, "/")))
    return [base + root for base in bases for root in ("wp-json/", "?rest_route=/")]


def _check_namespace(index: Index, root: str) -> None:
    if NAMESPACE in index.namespaces:
        return
    if any(each.startswith("wc/") for each in index.namespaces):
        raise SiteRefused("woocommerce_too_old", host=shown_host(root))
    if not index.namespaces:
        raise SiteRefused("rest_disabled", host=shown_host(root))
    raise SiteRefused("no_woocommerce", host=shown_host(root))


def _home(root: str, index: Index) -> str:
    """The site's home without a trailing slash, on the host that answered.

    The REST root stands below the home (get_rest_url), so a home that it doesn't stand below is
    another's.
    """
    told = index.home.rstrip("/")
    if not told:
        told = root.partition("?")[0].removesuffix("/").removesuffix("/wp-json")
        return told.removesuffix("/index.php")
    if not _is_same_site(root, told):
        raise SiteRefused("another_address", host=shown_host(root), other=shown_host(told))
    below = urlsplit(root).path + "/"
    if not below.startswith(urlsplit(told).path.rstrip("/") + "/"):
        raise SiteRefused(
            "another_address",
            host=shown_host(root),
            other=shown_host(told) + urlsplit(told).path[:100],
        )
    return told


def _on_one_origin(walker: Walker, root: str, home: str) -> tuple[str, str]:
    """Root and home on the home's own origin where the API answers there, else on the root's.

    Both are of one site already; this settles `www.` and the scheme.
    """
    if _origin(root) == _origin(home):
        return root, home
    stop = walker.get(_with_fields(root.replace(_origin(root), _origin(home), 1)), _JSON)
    if index_in(stop.answer) is not None and _origin(stop.url) == _origin(home):
        return _bare_root(stop.url), home
    return root, _origin(root) + urlsplit(home).path


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_same_site(one: str, other: str) -> bool:
    try:
        return same_site(one, other)
    except ValueError:
        return False


def _name(index: Index) -> str:
    return "".join(each for each in index.name if each.isprintable())[:_LONGEST_NAME].strip()


def _with_fields(root: str) -> str:
    return f"{root}{'&' if '?' in root else '?'}{_FIELDS}"


def _bare_root(url: str) -> str:
    """A REST root without what else stands in its query (our fields, a language), ending in `/`."""
    base, _, query = url.partition("#")[0].partition("?")
    if "rest_route=" in query:
        return f"{base}?rest_route=/"
    return base if base.endswith("/") else base + "/"
