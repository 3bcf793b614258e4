"""What every platform of the registry keeps, whatever it is."""

import inspect
import json
from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platforms import port, registry
from platforms.errors import (
    AddressRefused,
    DeliveryForeign,
    DeliveryUnreadable,
    InstallRefused,
    SessionRefused,
    SignatureRefused,
)
from platforms.port import Envelope, OutboundHttp, Secret, StoreAccess, StorePlatform
from platforms.storefront import Storefront
from tests.platforms.loopback import guarded

_ROLES = {
    "installer": port.Installer,
    "gate": port.WebhookGate,
    "host": port.AdminHost,
    "storefront": Storefront,
}
_FILES = {
    "admin.py",
    "config.py",
    "deliveries.py",
    "install.py",
    "platform.py",
    "reader.py",
    "rest.py",
    "signatures.py",
    "storefront.py",
    "webhooks.py",
}


class _SomethingWasSent(Exception):
    """A client that should have been left alone was used."""


def _silent() -> OutboundHttp:
    class Silent:
        def __getattr__(self, name: str) -> Any:
            raise _SomethingWasSent(name)

    silent: OutboundHttp = Silent()  # type: ignore[assignment]
    return silent


class Example:
    """A platform with what the contract needs to exercise it."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.given: Any = import_module(f"tests.platforms.{slug}.example")
        self.platform: StorePlatform = registry.factory(slug)(guarded(), self.given.SETTINGS)


@pytest.fixture(scope="module", params=registry.slugs())
def example(request: pytest.FixtureRequest) -> Example:
    return Example(request.param)


def _methods(role: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in vars(role).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }


def _shape(signature: inspect.Signature) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in signature.parameters.values()]


def test_every_role_has_the_ports_methods_with_their_parameters(example: Example) -> None:
    roles = {name: (role, getattr(example.platform, name)) for name, role in _ROLES.items()}
    roles["reader"] = (port.Reader, example.platform.reader(example.given.access()))
    if example.platform.handover is not None:
        roles["handover"] = (port.KeyHandover, example.platform.handover)
    for name, (role, part) in roles.items():
        for method, expected in _methods(role).items():
            actual = inspect.signature(getattr(type(part), method))
            kinds = [each[1] for each in _shape(actual)]
            assert kinds == [each[1] for each in _shape(expected)], f"{name}.{method}"
            keywords = [
                each[0] for each in _shape(expected) if each[1] is inspect.Parameter.KEYWORD_ONLY
            ]
            assert set(keywords) <= set(actual.parameters), f"{name}.{method}"


def test_every_platform_folder_has_the_same_files(example: Example) -> None:
    folder = Path(import_module(f"platforms.{example.slug}").__file__ or "").parent
    assert {path.name for path in folder.glob("*.py")} >= _FILES


def test_slug_name_and_traits_are_told(example: Example) -> None:
    platform = example.platform
    assert platform.slug == example.slug
    assert platform.name
    assert platform.traits.webhook_path.startswith("/webhooks/")
    assert len(set(platform.traits.webhook_topics)) == len(platform.traits.webhook_topics) > 0
    assert {each.name for each in fields(platform.traits)} >= {"tokens_expire", "retries_webhooks"}


def test_a_missing_setting_stops_the_process_by_name(example: Example) -> None:
    for name in example.given.REQUIRED_SETTINGS:
        for broken in ("", "   ", None):
            given_settings = {**example.given.SETTINGS, name: broken}
            if broken is None:
                del given_settings[name]
            with pytest.raises(ValueError, match=name):
                registry.factory(example.slug)(guarded(), given_settings)


def test_settings_never_show_their_secrets(example: Example) -> None:
    assert example.given.SECRET not in repr(vars(example.platform))


def test_a_genuine_delivery_is_verified_and_parsed(example: Example) -> None:
    gate, body = example.platform.gate, example.given.order_body()
    envelope = gate.verify(example.given.signed(body), body, example.given.SECRETS)
    # Where a store's webhooks come to an address of its own, that alone tells whose they are.
    per_store = example.platform.traits.webhook_per_store
    assert gate.identify(envelope) == ("" if per_store else example.given.FACTS.domain)
    assert gate.parse(envelope, body, example.given.FACTS)


def test_a_body_changed_by_a_space_is_refused(example: Example) -> None:
    body = example.given.order_body()
    with pytest.raises(SignatureRefused):
        example.platform.gate.verify(example.given.signed(body), body + b" ", example.given.SECRETS)


def test_a_stores_own_webhooks_hold_under_its_own_secret_only(example: Example) -> None:
    if not example.platform.traits.webhook_per_store:
        assert example.given.SECRETS == ()
        return
    body = example.given.order_body()
    for secrets in ((), (Secret(""),), (Secret("another store's own secret"),)):
        with pytest.raises(SignatureRefused):
            example.platform.gate.verify(example.given.signed(body), body, secrets)


_headers = st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=80)), max_size=6)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(headers=_headers, body=st.binary(max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_verify_raises_nothing_but_signature_refused(
    example: Example, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    for secrets in ((), example.given.SECRETS):
        with pytest.raises(SignatureRefused):
            example.platform.gate.verify(headers, body, secrets)


@given(
    body=st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode()),
    topic=st.text(max_size=30),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parse_raises_nothing_but_the_named_errors(
    example: Example, body: bytes, topic: str
) -> None:
    topics = [topic, *example.platform.traits.webhook_topics]
    for each in topics:
        envelope = Envelope(each, example.given.FACTS.domain, "1")
        with suppress(DeliveryUnreadable, DeliveryForeign):
            example.platform.gate.parse(envelope, body, example.given.FACTS)


@given(token=st.text(max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hosts_token_raises_nothing_but_session_refused(example: Example, token: str) -> None:
    host, now = example.platform.host, example.given.NOW
    for secret in (None, example.given.COMPANION_SECRET):
        with pytest.raises(SessionRefused):
            host.verify(token, now=now, secret=secret)
    with pytest.raises(SessionRefused):
        host.service_ticket(token, now=now, secret=Secret("any secret of some length or other"))
    with suppress(SessionRefused):
        assert host.installation_of(token) == ""


def test_a_genuine_hosts_token_tells_the_store_and_whose_secret(example: Example) -> None:
    host, token = example.platform.host, example.given.session_token()
    assert host.installation_of(token) == example.given.INSTALLATION
    secret = example.given.COMPANION_SECRET
    session = host.verify(token, now=example.given.NOW, secret=secret)
    assert session.domain == example.given.FACTS.domain
    assert session.token_id
    with pytest.raises(SessionRefused):
        host.verify(token, now=example.given.NOW + timedelta(minutes=2), secret=secret)


def test_an_installations_token_holds_under_its_own_secret_only(example: Example) -> None:
    host, token = example.platform.host, example.given.session_token()
    if example.given.COMPANION_SECRET is None:
        assert host.installation_of(token) == ""
        return
    for secret in (None, Secret(""), Secret("another installation's secret, as long as ours")):
        with pytest.raises(SessionRefused):
            host.verify(token, now=example.given.NOW, secret=secret)


@given(body=st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hand_over_raises_nothing_but_install_refused(example: Example, body: bytes) -> None:
    handover = example.platform.handover
    if handover is None:
        return
    with pytest.raises(InstallRefused):
        handover.receive(body)


@given(name=st.text(max_size=40), password=st.text(max_size=40))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_typed_keys_raise_nothing_but_install_refused(
    example: Example, name: str, password: str
) -> None:
    handover = example.platform.handover
    if handover is None:
        return
    with suppress(InstallRefused):
        assert repr(handover.offer(name, password)) == "***"


@given(address=st.text(max_size=60))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_address_raises_nothing_but_its_refusal(example: Example, address: str) -> None:
    platform = registry.factory(example.slug)(_silent(), example.given.SETTINGS)
    if platform.handover is None:
        return
    with suppress(InstallRefused, AddressRefused, _SomethingWasSent):
        platform.handover.visit(address)


@given(query=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=40)), max_size=8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_install_request_raises_nothing_but_install_refused(
    example: Example, query: list[tuple[str, str]]
) -> None:
    with pytest.raises(InstallRefused):
        example.platform.installer.complete(query, now=example.given.NOW)
    with pytest.raises(InstallRefused):
        example.platform.installer.store_domain(query)


def test_frame_ancestors_are_exact_https_origins(example: Example) -> None:
    ancestors = example.platform.host.frame_ancestors(example.given.FACTS.domain)
    assert ancestors
    for origin in ancestors:
        parts = urlsplit(origin)
        assert (parts.scheme, parts.path, parts.query) == ("https", "", "")
        assert "*" not in origin
        assert not any(mark in origin for mark in " ;,'\"")


def test_building_a_platform_and_a_reader_sends_nothing(example: Example) -> None:
    access: StoreAccess = example.given.access()
    registry.factory(example.slug)(_silent(), example.given.SETTINGS).reader(access)
