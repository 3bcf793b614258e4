"""What the site's own server asks of the service: disconnect, export, erase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.admin.plugin.installed import Installation, installation_of
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.server import create_app
from simulators.woocommerce.state import State
from tests.simulators.woocommerce.admin.conftest import (
    SECRET,
    act,
    connect,
    new_state,
    serving,
    sign_in,
)
from tests.simulators.woocommerce.admin.stub_service import Service


@dataclass(frozen=True, slots=True)
class Connected:
    state: State
    site: Site
    service: Service
    installation: Installation
    client: FlaskClient


@pytest.fixture
def connected() -> Iterator[Connected]:
    """The manager's browser at a site that is connected with a stub of the service."""
    service = Service(SECRET)
    with serving(service.app) as app_url:
        state = new_state(app_url)
        site = state.site()
        installation = connect(state, site, app_url)
        for number, url in enumerate((f"{app_url}/webhooks/x", "https://other.example/"), 1):
            site.webhooks[number] = Webhook(
                number, 1, "w", "order.created", url, "s", datetime(2026, 1, 1, tzinfo=UTC)
            )
        client = sign_in(create_app(state).test_client(), site)
        yield Connected(state, site, service, installation, client)


def test_disconnecting_ends_it_at_the_service_and_here(connected: Connected) -> None:
    assert "no longer reads it" in act(connected.client, "tillside-disconnect")
    (asked,) = connected.service.asked
    assert (asked["use"], asked["sub"], asked["kid"]) == (
        "disconnect", "wordpress", "inst-of-the-tests",
    )  # fmt: skip
    assert installation_of(connected.state, connected.site) is None
    assert connected.site.keys == {}
    assert list(connected.site.webhooks) == [2]


@pytest.mark.parametrize(("answer", "status"), [({"status": "no"}, 200), ({"error": {}}, 500)])
def test_unless_the_service_confirms_nothing_changes_here(
    connected: Connected, answer: dict[str, object], status: int
) -> None:
    connected.service.answers["disconnect"], connected.service.status = answer, status
    said = act(connected.client, "tillside-disconnect")
    assert "Not done: Tillside did not confirm, so this store is still connected" in said
    assert installation_of(connected.state, connected.site) == connected.installation
    assert len(connected.site.keys) == 1


def test_deleting_the_plugin_takes_its_access_whatever_the_service_says(
    connected: Connected,
) -> None:
    connected.service.status = 500
    assert "was deleted" in act(connected.client, "plugin-delete")
    assert [one["use"] for one in connected.service.asked] == ["disconnect"]
    assert connected.site.keys == {}
    assert list(connected.site.webhooks) == [2]
    act(connected.client, "plugin-install")
    assert installation_of(connected.state, connected.site) is None


def _posted(connected: Connected, action: str, email: str) -> str:
    form = {"action": action, "email": email}
    return connected.client.post("/wp-admin/admin-post.php", data=form).text


def test_an_export_shows_what_the_service_holds_as_text(connected: Connected) -> None:
    page = _posted(connected, "person-export", "noa@example.com")
    assert "<bdi>&lt;b&gt;נועה&lt;/b&gt;</bdi>" in page
    (asked,) = connected.service.asked
    assert (asked["use"], asked["email"], asked["page"]) == ("export", "noa@example.com", 1)


def test_an_erasure_tells_what_came_of_it(connected: Connected) -> None:
    page = _posted(connected, "person-erase", "noa@example.com")
    assert "3 items were removed, 1 were retained." in page
    assert "Kept for the books." in page
    assert [one["use"] for one in connected.service.asked] == ["erase"]


def test_a_failure_is_told_and_not_called_done(connected: Connected) -> None:
    connected.service.status = 503
    assert "status 503" in _posted(connected, "person-erase", "noa@example.com")
    connected.service.status, connected.service.answers["erase"] = 200, {"removed": 1}
    page = _posted(connected, "person-erase", "noa@example.com")
    assert "could not be understood" in page
    assert "items were removed" not in page


def test_a_store_that_is_not_connected_asks_nobody(connected: Connected) -> None:
    act(connected.client, "tillside-disconnect")
    connected.service.asked.clear()
    assert "was not asked" in _posted(connected, "person-export", "noa@example.com")
    assert connected.service.asked == []
