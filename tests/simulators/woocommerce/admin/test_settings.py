"""Settings, users, and the page that disturbs the site."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import make_key
from tests.simulators.woocommerce.admin.conftest import act, colleague


@pytest.fixture
def hook(site: Site) -> Webhook:
    made = Webhook(
        7, 1, "Tillside", "order.updated", "http://127.0.0.1:9/webhooks/x", "s",
        datetime(2026, 1, 1, tzinfo=UTC), failures=3,
    )  # fmt: skip
    site.webhooks[made.id] = made
    return made


def test_permalinks_are_plain_or_pretty(client: FlaskClient, site: Site) -> None:
    act(client, "permalinks", structure="plain")
    assert site.pretty_permalinks is False
    assert "Your permalinks are plain" in client.get("/wp-admin/admin.php?page=tillside").text
    act(client, "permalinks", structure="pretty")
    assert site.pretty_permalinks is True


def test_keys_are_made_and_revoked(client: FlaskClient, state: State, site: Site) -> None:
    said = act(client, "key-add", permissions="read", description="Books")
    (key,) = site.keys.values()
    assert key.consumer_secret in said
    assert (key.permissions, key.user_id) == ("read", colleague(site, "shop_manager").id)
    other = make_key(state, site, site.manager(), "read_write", "Tillside")
    page = client.get("/wp-admin/admin.php?page=wc-settings&section=keys").text
    assert key.consumer_secret not in page
    assert "revoked" in act(client, "key-revoke", key=key.id)
    assert list(site.keys) == [other.consumer_key]
    assert "Not done" in act(client, "key-revoke", key=key.id)
    assert "Not done" in act(client, "key-add", permissions="all")


def test_webhooks_are_disabled_and_deleted(client: FlaskClient, site: Site, hook: Webhook) -> None:
    page = client.get("/wp-admin/admin.php?page=wc-settings&section=webhooks").text
    assert "order.updated" in page
    assert '<td class="amount">3</td>' in page
    act(client, "webhook-status", webhook=7, status="disabled")
    assert (hook.status, hook.failures) == ("disabled", 3)
    act(client, "webhook-status", webhook=7, status="active")
    assert (hook.status, hook.failures) == ("active", 0)
    assert "Not done" in act(client, "webhook-status", webhook=7, status="lost")
    act(client, "webhook-delete", webhook=7)
    assert site.webhooks == {}


def test_users_are_edited_and_deleted(
    client: FlaskClient, site: Site, heroines: list[Order], fired: list[tuple[str, int]]
) -> None:
    her = site.users[heroines[-1].customer_id]
    fields = {"user": her.id, "first_name": "Δήμητρα", "last_name": "Ρήγα", "phone": "+3069"}
    act(client, "user-save", email="new@example.com", **fields)
    assert (her.email, her.last_name, her.billing["phone"]) == ("new@example.com", "Ρήγα", "+3069")
    taken = colleague(site, "administrator").email
    for email in ("", "no address", taken):
        assert "Not done" in act(client, "user-save", email=email, **fields)
    assert fired == [("customer.updated", her.id)]
    act(client, "user-delete", user=her.id)
    assert her.id not in site.users
    assert heroines[-1].customer_id == 0
    owner = colleague(site, "administrator")
    assert "The staff stays" in act(client, "user-delete", user=owner.id)


def test_application_passwords_open_the_rest_api(client: FlaskClient, site: Site) -> None:
    owner = colleague(site, "administrator")
    said = act(client, "password-add", user=owner.id, name="Tillside")
    password = said.partition(f"Your new password for {owner.username} is: ")[2].partition("<")[0]
    assert len(password) == 29
    assert client.get("/wp-json/wc/v3/orders", auth=(owner.username, password)).status_code == 200
    act(client, "passwords-drop", user=owner.id)
    assert site.application_passwords == []


def test_the_site_is_disturbed(client: FlaskClient, state: State, site: Site) -> None:
    act(client, "switches", cron="off", delay=5, drop=25, double=100, shuffle=0,
        strips_authorization=1)  # fmt: skip
    held = site.switches
    assert (held.cron, held.cron_delay_seconds, held.drop, held.double) == ("off", 5.0, 0.25, 1.0)
    assert held.strips_authorization
    assert "Not done" in act(client, "switches", cron="sometimes")
    act(client, "fault", kind="firewall", times=3)
    (fault,) = state.resources["faults"].listing()
    assert (fault["kind"], fault["times"], fault["site"]) == ("firewall", 3, "")
    assert "3 × A firewall" in client.get("/wp-admin/admin.php?page=stand-in").text
    assert "Not done" in act(client, "fault", kind="earthquake")
    act(client, "calm")
    assert state.resources["faults"].listing() == []


def test_cron_waits_until_it_is_run(
    client: FlaskClient, state: State, site: Site, hook: Webhook, heroines: list[Order]
) -> None:
    act(client, "switches", cron="off")
    act(client, "order-status", order=heroines[-1].id, status="completed")
    waiting = client.get("/wp-admin/admin.php?page=stand-in-log").text
    assert f"<code>order.updated</code> {heroines[-1].id}" in waiting
    assert "WP-Cron ran: 1 delivered." in act(client, "cron-now")
    log = client.get("/wp-admin/admin.php?page=stand-in-log").text
    assert "Waiting for WP-Cron" not in log
    assert "ConnectionError" in log
    assert hook.failures == 4
