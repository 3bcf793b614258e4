"""Every reader of what strangers write: what it is given, and how it may refuse."""

import base64
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from channels.chat.reading import read_message
from channels.email.headers import parameters, read_headers
from channels.email.senders import read_sender
from channels.email.threading import read_message_id, read_references, read_token
from channels.errors import CallRefused, Unreadable
from channels.form.reading import read_form
from channels.phone import events, signed, twilio
from channels.phone.numbers import normal_number
from integration.addresses import is_loopback, is_public
from integration.agents import oidc_provider, passkeys
from integration.agents.oidc_provider import ProviderFailed
from integration.audit.asked import read_audit_asked
from integration.chat import around, limits
from integration.conversations.hours import office_hours
from integration.conversations.lists import asked as lists_asked
from integration.crm import context_orders, timeline
from integration.crm.mentions.spots import find_spots
from integration.errors import AppError
from integration.http import check_url
from integration.identity import suggestions
from integration.identity.normalize import normalize_email, normalize_phone
from integration.identity.typed import identity_typed
from integration.operations import scraped
from integration.reports.asked import read_report_asked
from integration.search import positions
from integration.search.asked import asked_words
from platforms.errors import (
    AddressRefused,
    DeliveryForeign,
    DeliveryUnreadable,
    PlatformError,
)
from platforms.port import Answer, Envelope
from platforms.shopify import answers as shopify_answers
from platforms.shopify.shops import canonical_shop
from platforms.shopify.storefront import _origin as _storefront_origin
from platforms.woocommerce import answers as woocommerce_answers
from platforms.woocommerce import companion
from platforms.woocommerce.deliveries import changes_of
from platforms.woocommerce.walking import shown_host
from tests.channels.email.mails import OURS
from tests.fuzz.anything import BYTES, CURSORS, JSON, MOMENTS, NOW, NUMBERS, TEXT, WEB
from tests.platforms.woocommerce import example as woocommerce
from ui_embed.agents.way_on import way_on
from ui_embed.api.bodies import our_id
from ui_embed.api.fields import maybe_time
from ui_embed.door import is_web_address
from ui_embed.inbox_settings import notebook_pages
from ui_embed.turnstile import caller_address, network_of
from webhooks import commands


def _cursor_is_bound(read: Callable[[str], Any]) -> Callable[[str], None]:
    """What a cursor tells can go into a statement: a moment in UTC, numbers of 64 bits."""

    def judge(cursor: str) -> None:
        told = read(cursor)
        values = told if isinstance(told, tuple) else tuple(_fields(told))
        for value in values:
            if isinstance(value, datetime):
                assert value.tzinfo is UTC
            elif isinstance(value, int):
                assert abs(value) < 2**63

    return judge


def _fields(value: Any) -> list[Any]:
    return [getattr(value, name) for name in value.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads, the kind of thing that it is given, and how it may refuse."""

    read: Callable[[Any], Any]
    told: st.SearchStrategy[Any]
    refuses: tuple[type[Exception], ...] = ()


def _public(text: str) -> None:
    if is_public(text):
        address = ipaddress.ip_address(text.partition("%")[0])
        inside = (address.is_loopback, address.is_link_local, address.is_multicast)
        assert not any(inside)
        assert not is_loopback(text)


def _way_on(text: str) -> None:
    led = way_on(text)
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))
    assert not any(each in led for each in "\r\n\\")


def _link(text: str) -> None:
    if is_web_address(text):
        assert text.strip().lower().startswith(("http:", "https:"))


def _self_link(text: str) -> None:
    links = {"self": [{"href": text}]}
    body = json.dumps({**json.loads(woocommerce.order_body()), "_links": links}).encode()
    changes_of(Envelope("order.updated", woocommerce.SITE, "1"), body, woocommerce.FACTS)


def _our_number(text: str) -> None:
    number = our_id(text)
    assert number is None or 0 <= number < 2**63


def _shop(text: str) -> None:
    shop = canonical_shop(text)
    assert shop is None or (shop.endswith(".myshopify.com") and shop.isascii() and "/" not in shop)


def _email(text: str) -> None:
    found = normalize_email(text)
    assert found is None or (found == normalize_email(found) and "@" in found)


def _phone(text: str) -> None:
    found = normalize_phone(text, "GR")
    assert found is None or found == normalize_phone(found, None)


def _sender(raw: bytes) -> None:
    headers, _ = read_headers(raw, 0, len(raw))
    read_sender(headers, raw, "mx.amber.example")
    read_message_id(headers, raw)
    read_token([], read_references(headers), OURS)
    parameters(raw)


def _mapping(*names: str) -> st.SearchStrategy[Mapping[str, str]]:
    return st.dictionaries(st.sampled_from(names), TEXT | MOMENTS | NUMBERS | WEB, max_size=6)


def claimed_challenge(data: bytes) -> None:
    """Read the challenge of a device's answer."""
    told = base64.urlsafe_b64encode(data).decode()
    assert isinstance(passkeys._challenge_of({"response": {"clientDataJSON": told}}), str)


def _kept_call(data: bytes) -> None:
    for body in (data, b"[" * 5000):
        events.event_of(body)


_VISITOR = st.sampled_from("url title lines currency total_minor".split())
_METADATA = (
    "issuer authorization_endpoint token_endpoint jwks_uri id_token_signing_alg_values_supported"
    " token_endpoint_auth_methods_supported authorization_response_iss_parameter_supported"
).split()


def _visitor(told: dict[str, Any]) -> None:
    place: Any = SimpleNamespace(origins=frozenset({"https://a.example"}))
    around._page(place, told)
    around._cart(told)


def _answers() -> st.SearchStrategy[Answer]:
    named = st.sampled_from(["retry-after", "x-wp-total", "content-type"])
    headers = st.dictionaries(named, TEXT | NUMBERS | st.sampled_from(["nan", "inf", "-1"]))
    return st.builds(Answer, st.sampled_from([200, 403, 404, 429, 500, 503]), headers, BYTES)


def _metadata(told: dict[str, Any]) -> None:
    whole = dict.fromkeys(_METADATA[:4], "https://id.example")
    settings: Any = SimpleNamespace(oidc_issuer="https://id.example", allow_private_addresses=False)
    oidc_provider._read_metadata(settings, {**whole, **told, "issuer": "https://id.example"})


_CALL_FIELDS = (
    "CallSid CallStatus DialCallStatus DialCallDuration CallDuration Timestamp Direction From To"
    " RecordingUrl RecordingDuration CallerName ParentCallSid"
).split()
_SIGNED_FIELDS = "id event from to at started_at ended_at seconds recording note name direction"
READERS: dict[str, Reader] = {
    "search cursor": Reader(_cursor_is_bound(positions.read_cursor), CURSORS, (AppError,)),
    "inbox cursor": Reader(_cursor_is_bound(lists_asked.read_cursor), CURSORS, (AppError,)),
    "order cursor": Reader(_cursor_is_bound(context_orders._read_cursor), CURSORS, (AppError,)),
    "timeline cursor": Reader(_cursor_is_bound(timeline._read_cursor), CURSORS, (AppError,)),
    "suggestion cursor": Reader(_cursor_is_bound(suggestions._read_cursor), CURSORS, (AppError,)),
    "our id": Reader(_our_number, NUMBERS | TEXT),
    "time": Reader(lambda text: maybe_time({"at": text}, "at"), MOMENTS | TEXT, (AppError,)),
    "order names in a text": Reader(find_spots, TEXT),
    "search words": Reader(lambda text: asked_words(text, lambda _: True), TEXT),
    "typed identity": Reader(
        lambda text: [identity_typed(kind, text) for kind in ("email", "phone", "order")],
        TEXT,
        (AppError,),
    ),
    "e-mail address": Reader(_email, TEXT),
    "phone number": Reader(_phone, TEXT),
    "channel's number": Reader(lambda text: normal_number(text, "CZ"), TEXT),
    "shop name": Reader(_shop, TEXT | TEXT.map(lambda text: f"{text}.myshopify.com")),
    "network address": Reader(
        _public, TEXT | st.ip_addresses().map(str) | st.from_regex(r"::ffff:[0-9.]{7,15}")
    ),
    "web address": Reader(
        lambda text: check_url(text, allow_loopback=False),
        TEXT | WEB | TEXT.map(lambda text: f"https://{text}"),
        (AddressRefused,),
    ),
    "link on a page": Reader(_link, TEXT | WEB),
    "link to a recording": Reader(twilio.is_link, TEXT | WEB),
    "store's pages": Reader(_storefront_origin, TEXT | WEB),
    "shown host": Reader(shown_host, TEXT | WEB),
    "woocommerce's own link": Reader(_self_link, TEXT | WEB, (DeliveryForeign, DeliveryUnreadable)),
    "host that metrics were asked of": Reader(scraped._names_this_machine, TEXT | WEB),
    "way on": Reader(_way_on, TEXT | WEB | TEXT.map(lambda text: f"/{text}")),
    "caller's address": Reader(
        lambda text: network_of(caller_address(text, text)), TEXT | st.ip_addresses().map(str)
    ),
    "mail's headers": Reader(_sender, st.binary(max_size=400)),
    "chat message": Reader(read_message, BYTES, (Unreadable,)),
    "form": Reader(read_form, BYTES, (Unreadable,)),
    "kept call": Reader(_kept_call, BYTES, (Unreadable,)),
    "twilio's fields": Reader(
        lambda told: twilio.event_of_fields(told, is_passed_on=True, links_recordings=True),
        _mapping(*_CALL_FIELDS),
        (CallRefused,),
    ),
    "signed call's body": Reader(
        lambda told: signed.event_of_body(told, links_recordings=True),
        st.dictionaries(st.sampled_from(_SIGNED_FIELDS.split()), JSON, max_size=8),
        (CallRefused,),
    ),
    "inbox view": Reader(
        lists_asked.read_asked,
        _mapping("view", "channel", "kind", "store", "tag", "assignee", "q", "sort", "cursor"),
        (AppError,),
    ),
    "audit view": Reader(
        lambda told: read_audit_asked(told, "Europe/Athens"),
        _mapping("from", "to", "action", "agent", "subject"),
        (AppError,),
    ),
    "report view": Reader(
        lambda told: read_report_asked(told, "Europe/Athens", NOW),
        _mapping("days", "from", "to", "channel", "kind", "store", "agent", "reason"),
        (AppError,),
    ),
    "notebook cursor": Reader(
        notebook_pages._before,
        st.builds("{}_{}".format, MOMENTS, NUMBERS) | TEXT,
        (AppError,),
    ),
    "holidays": Reader(office_hours._holidays, JSON | st.lists(MOMENTS), (AppError,)),
    "visitor's page and cart": Reader(_visitor, st.dictionaries(_VISITOR, JSON | WEB)),
    "visitor's network": Reader(limits._network, TEXT | st.ip_addresses().map(str)),
    "shopify's answer": Reader(shopify_answers.read_answer, _answers()),
    "woocommerce's answer": Reader(woocommerce_answers.read_answer, _answers(), (PlatformError,)),
    "plugin's refusal": Reader(companion._is_refused_by_plugin, _answers()),
    "provider's metadata": Reader(
        _metadata, st.dictionaries(st.sampled_from(_METADATA), JSON | WEB), (ProviderFailed,)
    ),
    "parked body": Reader(commands._printable, BYTES | st.just(b"[" * 50_000)),
    "passkey's challenge": Reader(claimed_challenge, BYTES),
}
