"""Frames of a store whose admin hands over tickets: an empty page, for that store's admin only."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.fake_handover import FakeSite
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import FRAMED, SAME, SITE, connected, put_sites
from tests.ui_embed.world import OTHER_DOMAIN, World, change_store

ORIGIN = "https://kiosk.example"
STORE = {"store": SITE}


@pytest.fixture
def admin(world: World, client: FlaskClient) -> FlaskClient:
    """A browser in the admin of a connected store, without any cookie of ours."""
    put_sites(world, FakeSite(SITE, name="Kiosk", keys={"ck_1": "read_write"}))
    connected(world, client)
    return world.app.test_client()


def _ancestors(answer: Any) -> str:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return str(dict(part.partition(" ")[::2] for part in parts)["frame-ancestors"])


@pytest.mark.parametrize("path", ["/panel", "/profiles/1", "/settings/stores"])
@pytest.mark.parametrize("headers", [FRAMED, {}], ids=["framed", "a browser that doesn't tell"])
def test_a_frame_begins_empty_and_stands_in_that_stores_admin_only(
    world: World, admin: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    add_person(world)
    answer = admin.get(path, query_string={**STORE, "order": "1042"}, headers=headers)
    assert answer.status_code == 200
    assert _ancestors(answer) == ORIGIN
    assert "X-Frame-Options" not in answer.headers
    assert f'<meta name="tillside-parent" content="{ORIGIN}">' in answer.text
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "Set-Cookie" not in answer.headers
    for private in ("Δήμητρα", "1042", "Kiosk", "Aegean"):
        assert private not in answer.text
    assert 'hx-get="/panel"' not in answer.text


def test_the_empty_page_is_the_same_for_every_question(admin: FlaskClient) -> None:
    pages = {
        admin.get("/panel", query_string={**STORE, **asked}, headers=FRAMED).text
        for asked in ({"order": "1042"}, {"customer": "7"}, {"search": "x"}, {})
    }
    assert len(pages) == 1


def test_a_page_by_itself_is_no_frame(admin: FlaskClient) -> None:
    answer = admin.get("/panel", query_string=STORE, headers=SAME)
    assert answer.status_code == 401
    assert _ancestors(answer) == "'none'"
    assert f'href="{ORIGIN}/shop/wp-admin/admin.php?page=tillside"' in answer.text


@pytest.mark.parametrize("name", ["stranger.example", "kiosk.example"])
def test_a_store_that_we_do_not_know_is_told_so(admin: FlaskClient, name: str) -> None:
    answer = admin.get("/panel", query_string={"store": name}, headers=FRAMED)
    assert answer.status_code == 404
    assert "This store isn't connected to Tillside" in answer.text
    assert _ancestors(answer) == f"https://{name}"
    assert "<script" not in answer.text
    assert answer.text.count("<a ") == 2  # one of them skips to the content
    assert f'href="/woocommerce/connect?store_url={name}" target="_blank"' in answer.text
    by_itself = admin.get("/panel", query_string={"store": name}, headers=SAME)
    assert by_itself.status_code == 401
    assert name not in by_itself.text


def test_a_store_that_was_disconnected_is_told_so(world: World, admin: FlaskClient) -> None:
    change_store(world.services, 3, status="disconnected")
    answer = admin.get("/panel", query_string=STORE, headers=FRAMED)
    assert answer.status_code == 404
    assert "This store isn't connected to Tillside" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "kiosk.example/shop/",
        "KIOSK.example/shop",
        "https://kiosk.example/shop",
        "kiosk.example; script-src *",
        "kiosk.example evil.example",
        "*",
        "'self'",
        "x" * 400,
        "kiosk.example\r\nX: y",
        "@evil.example",
        OTHER_DOMAIN + "'",
    ],
)
@pytest.mark.parametrize("headers", [FRAMED, SAME], ids=["framed", "by itself"])
def test_what_is_no_stores_name_may_be_framed_by_nobody(
    admin: FlaskClient, name: str, headers: dict[str, str]
) -> None:
    answer = admin.get("/panel", query_string={"store": name}, headers=headers)
    assert answer.status_code == 401
    assert _ancestors(answer) == "'none'"
    assert "evil" not in answer.text


def test_a_script_is_refused_and_not_given_the_empty_page(admin: FlaskClient) -> None:
    for headers in ({"Authorization": "Bearer tsb_unknown"}, {"Authorization": "Bearer a.b.c"}):
        answer = admin.get("/panel", query_string=STORE, headers=headers)
        assert answer.status_code == 401
        assert "tillside-parent" not in answer.text
    assert admin.post("/settings/stores/join-code", query_string=STORE).status_code == 401


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (
            f"/woocommerce/install?shop={SITE}",
            "/woocommerce/connect?store_url=kiosk.example%2Fshop",
        ),
        ("/woocommerce/install?join=AB", "/woocommerce/connect?join=AB"),
        (f"/?store={SITE}", "/panel"),
    ],
)
def test_ways_that_other_platforms_have_lead_to_this_ones(
    admin: FlaskClient, path: str, there: str
) -> None:
    answer = admin.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, there)


def test_no_page_of_ours_leads_to_a_site_that_somebody_named(admin: FlaskClient) -> None:
    for path in ("/woocommerce/app", "/woocommerce/reload", "/panel"):
        for name in ("store", "store_url"):
            answer = admin.get(path, query_string={name: "evil.example"}, headers=SAME)
            assert answer.status_code in (401, 404), path
            assert "evil.example" not in answer.text
            assert "evil.example" not in answer.headers["Content-Security-Policy"]
