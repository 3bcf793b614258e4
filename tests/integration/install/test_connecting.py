"""Keys that a store hands over: for whom, once, in time; and what a stranger gets for trying."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from integration.crypto import token_digest
from integration.errors import Invalid, NotFound
from integration.install.connecting import (
    BegunConnection,
    begin_connection,
    connect_with_password,
    connection_view,
    receive_keys,
    sign_in,
)
from integration.install.joining import new_join_code
from integration.models import PendingConnection, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.errors import InstallRefused, StoreUnreachable
from tests.factories.fake_handover import SLUG, FakeSite, services_of_sites
from tests.factories.store_signed import handed_over
from tests.integration.install.conftest import SettableClock

DOMAIN = "kiosk.example/shop"


@pytest.fixture
def site() -> FakeSite:
    return FakeSite(DOMAIN, keys={"ck_1": "read_write"})


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock, site: FakeSite) -> Iterator[Services]:
    with services_of_sites(tmp_path, clock, site) as made:
        yield made


def tokens_in(begun: BegunConnection) -> tuple[str, str]:
    """The nonce that the store gives back, and the token of the address to come back to."""
    asked = {name: many[0] for name, many in parse_qs(urlsplit(begun.redirect_to).query).items()}
    nonce = asked["user_id"]
    assert asked["callback_url"] == f"https://tillside.test/{SLUG}/callback/{nonce}"
    base, _, way_back = asked["return_url"].rpartition("/")
    assert base == f"https://tillside.test/{SLUG}/return"
    return nonce, way_back


def pending(services: Services) -> list[PendingConnection]:
    with services.db.across_workspaces() as session:
        return list(session.execute(select(PendingConnection)).scalars())


def waiting(services: Services) -> list[tuple[str, dict[str, Any]]]:
    assert isinstance(services.jobs, RecordedJobs)
    return services.jobs.waiting


def test_a_connection_begins_at_the_stores_own_page_and_keeps_digests_only(
    services: Services, site: FakeSite
) -> None:
    begun = begin_connection(services, SLUG, f"https://{DOMAIN}/")
    assert begun.redirect_to.startswith(f"https://{DOMAIN}/wc-auth/v1/authorize?")
    nonce, way_back = tokens_in(begun)
    [row] = pending(services)
    assert (row.state, row.domain, row.sealed_keys) == ("begun", DOMAIN, None)
    assert row.nonce_digest == token_digest(nonce)
    assert row.return_digest == token_digest(way_back)
    assert min(len(nonce), len(way_back)) >= 32
    assert len({nonce, way_back, begun.browser_token}) == 3
    path = services.db.engine.url.database
    assert path is not None
    services.db.dispose()
    held = Path(path).read_bytes()
    for text in (nonce, way_back, begun.browser_token):
        assert text.encode() not in held
    assert site.calls == ["visit"]
    assert waiting(services) == []


def test_keys_are_kept_sealed_and_unproven_and_the_store_is_not_called(
    services: Services, site: FakeSite
) -> None:
    nonce, _ = tokens_in(begin_connection(services, SLUG, DOMAIN))
    receive_keys(services, SLUG, nonce, handed_over(nonce))
    [row] = pending(services)
    assert row.state == "given"
    assert row.sealed_keys is not None
    assert b"ck_1" not in row.sealed_keys
    assert site.calls == ["visit"]
    assert waiting(services) == [("install.prove", {"connection_id": row.id})]


@pytest.mark.parametrize(
    "case", ["guessed", "forged body", "other's nonce", "late", "other platform", "narrow", "junk"]
)
def test_keys_for_nobody_are_not_found_and_change_nothing(
    services: Services, clock: SettableClock, case: str
) -> None:
    nonce, _ = tokens_in(begin_connection(services, SLUG, DOMAIN))
    other, _ = tokens_in(begin_connection(services, SLUG, DOMAIN))
    slug, token, body = SLUG, nonce, handed_over(nonce)
    if case == "guessed":
        token, body = "x" * 32, handed_over("x" * 32)
    elif case == "forged body":
        body = handed_over("\ud800" + nonce)
    elif case == "other's nonce":
        body = handed_over(other)
    elif case == "late":
        clock.now += timedelta(minutes=30)
    elif case == "other platform":
        slug = "shopify"
    elif case == "narrow":
        body = handed_over(nonce, permissions="read")
    else:
        body = b"[1]"
    with pytest.raises(NotFound):
        receive_keys(services, slug, token, body)
    assert {(row.state, row.sealed_keys) for row in pending(services)} == {("begun", None)}
    assert waiting(services) == []


def test_a_nonce_serves_to_the_last_second_and_once(
    services: Services, clock: SettableClock
) -> None:
    nonce, _ = tokens_in(begin_connection(services, SLUG, DOMAIN))
    clock.now += timedelta(minutes=29, seconds=59)
    receive_keys(services, SLUG, nonce, handed_over(nonce))
    [before] = pending(services)
    with pytest.raises(NotFound):
        receive_keys(services, SLUG, nonce, handed_over(nonce, "ck_2"))
    [after] = pending(services)
    assert after.sealed_keys == before.sealed_keys
    assert len(waiting(services)) == 1


def test_of_simultaneous_callbacks_one_wins(services: Services) -> None:
    nonce, _ = tokens_in(begin_connection(services, SLUG, DOMAIN))
    gate = threading.Barrier(6)

    def hand_over(number: int) -> str:
        gate.wait()
        try:
            receive_keys(services, SLUG, nonce, handed_over(nonce, f"ck_{number}"))
        except NotFound:
            return "not found"
        return "taken"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(hand_over, range(6)))
    assert outcomes == ["not found"] * 5 + ["taken"]
    assert len(waiting(services)) == 1


def test_a_refused_address_stores_nothing(services: Services, site: FakeSite) -> None:
    with pytest.raises(InstallRefused, match="no WooCommerce store"):
        begin_connection(services, SLUG, "elsewhere.example")
    site.obstacle = "Its permalinks are plain."
    with pytest.raises(InstallRefused, match="permalinks are plain"):
        begin_connection(services, SLUG, DOMAIN)

    def away(_: str) -> None:
        raise StoreUnreachable("kiosk.example can't be reached")

    site.on_call = away
    with pytest.raises(InstallRefused, match="can't be reached"):
        begin_connection(services, SLUG, DOMAIN)
    assert pending(services) == []


def test_a_platform_without_a_hand_over_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        begin_connection(services, "shopify", DOMAIN)
    with pytest.raises(NotFound):
        connect_with_password(services, "shopify", DOMAIN, "ada", "secret")


def test_an_operators_address_that_is_not_https_is_refused_before_any_call(
    tmp_path: Path, clock: SettableClock, site: FakeSite
) -> None:
    with (
        services_of_sites(tmp_path, clock, site, APP_URL="http://tillside.test") as services,
        pytest.raises(InstallRefused, match=r"its own address \(APP_URL\) isn't https"),
    ):
        begin_connection(services, SLUG, DOMAIN)
    assert site.calls == []
    with services_of_sites(
        tmp_path, clock, site, APP_URL="http://127.0.0.1:8080", ALLOW_PRIVATE_ADDRESSES="1"
    ) as services:
        assert begin_connection(services, SLUG, DOMAIN).redirect_to


def test_a_code_that_does_not_hold_is_refused_before_any_call(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    with services.db.across_workspaces(write=True) as session:
        workspace = Workspace(name="Amber", created_at=clock.now)
        session.add(workspace)
    code = new_join_code(services, workspace.id)
    begin_connection(services, SLUG, DOMAIN, join_code=f" {code.lower()} ")
    site.calls.clear()
    with pytest.raises(Invalid):
        begin_connection(services, SLUG, DOMAIN, join_code="ABCD-EFGH-JKMN")
    clock.now += timedelta(minutes=31)
    with pytest.raises(Invalid):
        begin_connection(services, SLUG, DOMAIN, join_code=code)
    assert site.calls == []


def test_a_typed_password_is_proved_like_keys_that_were_handed_over(
    services: Services, site: FakeSite
) -> None:
    site.obstacle = "Its permalinks are plain."
    site.keys["ada:pass word"] = "read_write"
    begun = connect_with_password(services, SLUG, DOMAIN, "ada", "pass word")
    base, _, way_back = begun.redirect_to.rpartition("/")
    assert base == f"https://tillside.test/{SLUG}/return"
    [row] = pending(services)
    assert row.state == "given"
    assert b"pass word" not in (row.sealed_keys or b"")
    assert connection_view(services, SLUG, way_back, begun.browser_token).state == "given"
    assert waiting(services) == [("install.prove", {"connection_id": row.id})]
    with pytest.raises(InstallRefused):
        connect_with_password(services, SLUG, DOMAIN, "ada", "")


def test_the_page_is_the_beginners_and_is_forgotten(
    services: Services, clock: SettableClock
) -> None:
    begun = begin_connection(services, SLUG, DOMAIN, browser_token="the same browser")
    assert begun.browser_token == "the same browser"
    nonce, way_back = tokens_in(begun)
    view = connection_view(services, SLUG, way_back, "the same browser")
    assert (view.state, view.domain, view.name, view.url) == (
        "begun",
        DOMAIN,
        "Kiosk",
        f"https://{DOMAIN}",
    )
    assert (view.is_own_browser, view.may_sign_in, view.store_id) == (True, False, None)
    for other in (None, "", "another"):
        assert not connection_view(services, SLUG, way_back, other).is_own_browser
    for wrong in (nonce, "", "\ud800"):
        with pytest.raises(NotFound):
            connection_view(services, SLUG, wrong, "the same browser")
    with pytest.raises(NotFound):
        connection_view(services, "shopify", way_back, "the same browser")
    assert sign_in(services, SLUG, way_back, "the same browser") is None
    clock.now += timedelta(minutes=30)
    with pytest.raises(NotFound):
        connection_view(services, SLUG, way_back, "the same browser")
