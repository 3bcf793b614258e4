"""The front page's neighbours: signing in, signing out, what isn't there."""

from __future__ import annotations

import pytest
import requests

from simulators.woocommerce import staff
from simulators.woocommerce.seed.stores import PASSWORD
from simulators.woocommerce.testing import Running


def _sign_in(base: str, where: str = "", password: str = PASSWORD) -> requests.Response:
    form = {"log": "admin", "pwd": password, "redirect_to": where}
    return requests.post(base + "/wp-login.php", data=form, timeout=30, allow_redirects=False)


def test_signing_in_gives_a_cookie_of_this_site_only(stand_in: Running) -> None:
    base = stand_in.url("/shop")
    answer = _sign_in(base, base + "/wp-admin/post.php?post=12")
    assert answer.status_code == 302
    assert answer.headers["Location"] == base + "/wp-admin/post.php?post=12"
    (cookie,) = answer.cookies
    assert cookie.name == staff.cookie_name(stand_in.state, stand_in.site("/shop"))
    assert cookie.path == "/shop/"
    wrong = _sign_in(base, password="no")
    assert (wrong.status_code, list(wrong.cookies)) == (200, [])
    assert "incorrect" in wrong.text


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", ""])
def test_signing_in_leads_nowhere_else(stand_in: Running, where: str) -> None:
    answer = _sign_in(stand_in.url("/shop"), where)
    assert answer.headers["Location"] == "/shop/wp-admin/"


def test_a_cookie_alone_opens_no_rest_route(stand_in: Running) -> None:
    """WordPress asks for a nonce beside it."""
    base = stand_in.url("/shop")
    session = requests.Session()
    session.trust_env = False
    session.cookies.update(_sign_in(base).cookies)
    assert session.get(base + "/wp-json/wc/v3/orders", timeout=30).status_code == 401
    forged = {"X-WP-Nonce": "0123456789"}
    answer = session.get(base + "/wp-json/wc/v3/orders", headers=forged, timeout=30)
    assert answer.status_code == 401
    session.close()


def test_what_isnt_there_is_a_page_of_its_own(stand_in: Running) -> None:
    answer = requests.get(stand_in.url("/shop") + "/nothing", timeout=30)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
