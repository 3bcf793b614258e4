"""A REST index with something before or behind it that isn't JSON."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from platforms.woocommerce.refusals import SiteRefused
from tests.platforms.woocommerce.fake_site import FakeSite, fake_site, page


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with fake_site() as standing:
        yield standing


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n ", b"\xef\xbb\xbf\n"])
def test_an_index_behind_a_byte_order_mark(site: FakeSite, before: bytes) -> None:
    site.wordpress()
    index = site.pages["/wp-json/"]
    site.pages["/wp-json/"] = replace(index, body=before + index.body)
    assert site.visitor().visit(site.origin).rest_root == f"{site.origin}/wp-json/"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<br />\n<b>Notice</b>:  Undefined index in <b>/x.php</b> on line <b>3</b><br />\n", b""),
        (b"<br />\n<b>Deprecated</b>:  x in <b>/x.php</b> on line <b>3</b><br />\n", b""),
        (b"\nWarning: Undefined variable $x in /srv/x.php on line 3\n", b""),
        (b"PHP Notice: x in /srv/x.php on line 3\n", b""),
        (b"", b"<br />\n<b>Warning</b>:  x in <b>/x.php</b> on line <b>3</b><br />\n"),
    ],
)
@pytest.mark.parametrize("page_says", [True, False])
def test_an_index_amid_phps_messages(
    site: FakeSite, before: bytes, after: bytes, page_says: bool
) -> None:
    site.wordpress()
    if not page_says:
        site.pages["/"] = page("<p>a shop</p>")
    index = site.pages["/wp-json/"]
    site.pages["/wp-json/"] = replace(index, body=before + index.body + after)
    with pytest.raises(SiteRefused) as caught:
        site.visitor().visit(site.origin)
    error = caught.value
    assert error.code == "prints_messages"
    assert str(error).endswith("Switch WP_DEBUG_DISPLAY off, and try again.")
