"""State is ours, single-use, and bound to browser, shop and time."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from integration.errors import Invalid, NotFound
from integration.install.installing import Begun, begin, complete, managed
from integration.install.joining import new_join_code
from integration.models import Installation, Store, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.errors import InstallRefused, SessionRefused
from tests.integration.install.conftest import DOMAIN, SettableClock

Query = list[tuple[str, str]]


def _begin(services: Services, domain: str = DOMAIN, **more: str) -> tuple[Begun, Query]:
    begun = begin(services, "shopify", [("shop", domain), *more.items()], None)
    state = parse_qs(urlsplit(begun.redirect_to).query)["state"][0]
    return begun, [("shop", domain), ("state", state), ("code", "c")]


def _count(services: Services, model: type) -> int:
    with services.db.across_workspaces() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_an_install_makes_a_workspace_a_store_and_what_follows(services: Services) -> None:
    begun, query = _begin(services)
    assert "redirect_uri=https://tillside.test/shopify/callback" in begun.redirect_to
    kept = complete(services, "shopify", query, begun.browser_token)
    assert kept.is_new
    with services.db.workspace(kept.ref.workspace_id) as session:
        store = session.execute(select(Store)).scalar_one()
    assert (store.domain, store.status) == (DOMAIN, "active")
    assert isinstance(services.jobs, RecordedJobs)
    assert [name for name, _ in services.jobs.waiting] == ["install.subscribe", "sync.backfill"]


def test_a_state_serves_once(services: Services) -> None:
    begun, query = _begin(services)
    complete(services, "shopify", query, begun.browser_token)
    with pytest.raises(InstallRefused):
        complete(services, "shopify", query, begun.browser_token)
    assert _count(services, Installation) == 1


@pytest.mark.parametrize("case", ["other browser", "no browser", "late", "other shop", "forged"])
def test_a_state_that_is_not_this_install_s_is_refused(
    services: Services, clock: SettableClock, case: str
) -> None:
    begun, query = _begin(services)
    browser: str | None = begun.browser_token
    if case == "other browser":
        browser = _begin(services)[0].browser_token
    elif case == "no browser":
        browser = None
    elif case == "late":
        clock.now += timedelta(minutes=11)
    elif case == "other shop":
        query[0] = ("shop", "another.myshopify.com")
    else:
        query[1] = ("state", query[1][1][:-1] + "x")
    with pytest.raises(InstallRefused):
        complete(services, "shopify", query, browser)
    assert _count(services, Store) == 0


def test_a_doubled_state_is_refused(services: Services) -> None:
    begun, query = _begin(services)
    with pytest.raises(InstallRefused):
        complete(services, "shopify", [*query, query[1]], begun.browser_token)


def test_a_platform_that_is_none_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        begin(services, "magento", [("shop", DOMAIN)], None)


def test_a_managed_install_happens_once_and_a_bad_token_installs_nothing(
    services: Services,
) -> None:
    assert managed(services, "shopify", DOMAIN) is not None
    assert managed(services, "shopify", DOMAIN) is None
    with pytest.raises(SessionRefused):
        managed(services, "shopify", "forged")
    assert _count(services, Store) == 1


def test_a_second_store_joins_by_a_code_that_serves_once(
    services: Services, clock: SettableClock
) -> None:
    first = managed(services, "shopify", DOMAIN)
    assert first is not None
    code = new_join_code(services, first.ref.workspace_id)
    begun, query = _begin(services, "second.myshopify.com", join=code.lower())
    kept = complete(services, "shopify", query, begun.browser_token)
    assert kept.ref.workspace_id == first.ref.workspace_id
    assert _count(services, Workspace) == 1
    with pytest.raises(Invalid):
        _begin(services, "third.myshopify.com", join=code)
    late = new_join_code(services, first.ref.workspace_id)
    clock.now += timedelta(minutes=31)
    with pytest.raises(Invalid):
        _begin(services, "third.myshopify.com", join=late)


def test_a_store_that_is_known_stays_where_it_is_whatever_code_it_brings(
    services: Services,
) -> None:
    mine = managed(services, "shopify", DOMAIN)
    other = managed(services, "shopify", "other.myshopify.com")
    assert mine is not None
    assert other is not None
    code = new_join_code(services, other.ref.workspace_id)
    begun, query = _begin(services, DOMAIN, join=code)
    kept = complete(services, "shopify", query, begun.browser_token)
    assert kept.ref == mine.ref
