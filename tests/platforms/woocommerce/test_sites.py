"""What a WooCommerce store may be called, and what it may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import InstallRefused
from platforms.woocommerce.sites import (
    admin_url,
    canonical_site,
    host_of,
    is_canonical,
    origin_of,
    site_url,
)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("shop.example", "shop.example"),
        (" \thttps://Shop.Example/\r\n", "shop.example"),
        ("https://sh\u00adop.example\u2028", "shop.example"),
        ("HTTPS://SHOP.EXAMPLE", "shop.example"),
        ("https://shop.example.", "shop.example"),
        ("https://shop.example:443/", "shop.example"),
        ("https://shop.example:8443", "shop.example:8443"),
        ("https://shop.example/Butik/", "shop.example/Butik"),
        ("shop.example/a/b//", "shop.example/a/b"),
        ("https://shop.example/shop/wp-admin/admin.php?page=wc-settings", "shop.example/shop"),
        ("https://shop.example/wp-json/", "shop.example"),
        ("https://shop.example/index.php/cart", "shop.example"),
        ("https://shop.example/?utm_source=mail#top", "shop.example"),
        ("https://bücher.example", "xn--bcher-kva.example"),
        ("https://STRAßE.example", "xn--strae-oqa.example"),
        ("παράδειγμα.example", "xn--hxajbheg2az3al.example"),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("https://a-b.shop.co.uk/~me/wp_1", "a-b.shop.co.uk/~me/wp_1"),
    ],
)
def test_an_address_has_one_name(address: str, name: str) -> None:
    assert canonical_site(address) == name
    assert canonical_site(name) == name
    assert is_canonical(name)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://shop.example", "http://shop.example"),
        ("http://127.0.0.1:18080/shop/", "http://127.0.0.1:18080/shop"),
        ("http://localhost:80", "http://localhost"),
        ("https://127.0.0.1:18443", "127.0.0.1:18443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_what_stands_on_this_machine_is_for_tests_only(address: str, name: str) -> None:
    assert canonical_site(address, allow_http=True) == name
    assert is_canonical(name)
    with pytest.raises(InstallRefused):
        canonical_site(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "shop",
        "https://",
        "ftp://shop.example",
        "javascript:alert(1)",
        "//shop.example",
        "https:///shop.example",
        "https://user@shop.example",
        "https://user:pass@shop.example",
        "https://shop.example@evil.example",
        "https://shop.example\\@evil.example",
        "https://shop.example:0",
        "https://shop.example:00443",
        "https://shop.example:65536",
        "https://shop.example:port",
        "https://shop.example:",
        "https://shop..example",
        "https://.shop.example",
        "https://-shop.example",
        "https://shop-.example",
        "https://shop_1.example",
        "https://shop.example/a/../b",
        "https://shop.example/./b",
        "https://shop.example/a//b",
        "https://shop.example/%2e%2e/b",
        "https://shop.example/a b",
        "https://shop.example/\u202eb",
        "https://shop.exam\nple",
        "https://shop.example\x00",
        "https://shop.example%00.evil.example",
        "https://2130706433",
        "https://0x7f000001",
        "https://0177.0.0.1",
        "https://127.1",
        "https://127.0.0.01",
        "https://256.0.0.1",
        "https://10.0.0.1.5",
        "https://[::ffff:127.0.0.1",
        "https://[::1%25eth0]",
        "https://shop.1",
        "https://" + "a" * 64 + ".example",
        "https://" + "a." * 130 + "example",
        "https://shop.example/" + "a/" * 200,
    ],
)
def test_what_is_no_store(address: str) -> None:
    with pytest.raises(InstallRefused):
        canonical_site(address, allow_http=False)
    assert not is_canonical(address)
    assert (origin_of(address), site_url(address), host_of(address)) == ("", "", "")


@pytest.mark.parametrize("address", ["https://192.0.2.1", "https://[2001:db8::1]", "http://a.b"])
def test_numbers_and_plain_http_are_refused_without_the_switch(address: str) -> None:
    with pytest.raises(InstallRefused, match="isn't the address of a store"):
        canonical_site(address)


@pytest.mark.parametrize(
    ("name", "origin", "url", "host"),
    [
        ("shop.example", "https://shop.example", "https://shop.example", "shop.example"),
        (
            "shop.example:8443/a",
            "https://shop.example:8443",
            "https://shop.example:8443/a",
            "shop.example",
        ),
        (
            "http://127.0.0.1:18080/shop",
            "http://127.0.0.1:18080",
            "http://127.0.0.1:18080/shop",
            "127.0.0.1",
        ),
        ("http://[::1]:81", "http://[::1]:81", "http://[::1]:81", "[::1]"),
    ],
)
def test_a_name_tells_its_origin(name: str, origin: str, url: str, host: str) -> None:
    assert (origin_of(name), site_url(name), host_of(name)) == (origin, url, host)


@pytest.mark.parametrize(
    "name",
    [
        "Shop.example",
        "https://shop.example",
        "shop.example/",
        "shop.example:443",
        "http://a.b:80",
        "shop.example\n",
        " shop.example",
    ],
)
def test_another_spelling_of_a_name_is_none(name: str) -> None:
    assert not is_canonical(name)
    assert origin_of(name) == ""


@given(st.text(max_size=80), st.booleans())
def test_any_text_is_a_name_or_refused(text: str, allow_http: bool) -> None:
    try:
        name = canonical_site(text, allow_http=allow_http)
    except InstallRefused:
        return
    assert name.isascii()
    assert canonical_site(name, allow_http=allow_http) == name
    assert is_canonical(name)
    assert origin_of(name).startswith("http://" if name.startswith("http://") else "https://")


@given(
    st.sampled_from(["", "https://", "http://", "HTTP://"]),
    st.text("aé.-:1[]x@/", max_size=12),
    st.text("/a.%~?#\\@", max_size=10),
)
def test_near_addresses_are_names_or_refused(scheme: str, host: str, path: str) -> None:
    test_any_text_is_a_name_or_refused.hypothesis.inner_test(scheme + host + path, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wordpress_address", "expected"),
    [
        ("https://shop.example/wp", "https://shop.example/wp/wp-admin/"),
        ("http://shop.example/wp/", "https://shop.example/wp/wp-admin/"),
        ("https://shop.example", None),
        ("https://other.example/wp", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_the_admin_may_stand_in_a_folder_of_its_own(
    wordpress_address: str | None, expected: str | None
) -> None:
    assert admin_url("shop.example", wordpress_address) == expected
