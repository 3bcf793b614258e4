"""Every verifier of a signature behind one shape: what is genuine, and whether something holds.

A case is a tuple of texts and bytes, all of it covered by the signature or the signature itself.
"""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from channels.email.calls import EmailCalls
from channels.errors import CallRefused
from channels.phone import signed as signed_calls
from channels.phone import twilio
from channels.records import Call
from integration.agents import oidc
from integration.chat import forms, proofs
from integration.conversations.outgoing.reply_tokens import ReplyTokens
from integration.crypto import CannotOpen, DataKey, associated
from integration.errors import Unauthorized
from integration.install import installing
from integration.operations.scraped import may_scrape
from platforms.errors import InstallRefused
from platforms.shopify.signatures import webhook_signature_holds
from platforms.woocommerce.signatures import webhook_signature_holds as woo_signature_holds
from tests.channels.email.mails import account
from tests.fuzz.stores_signatures import (
    NOW,
    SECONDS,
    digits,
    oauth,
    oauth_holds,
    proxy,
    proxy_holds,
    session,
    session_holds,
    ticket,
    ticket_holds,
    webhook,
    woo_webhook,
)
from tests.platforms.shopify import example as shopify
from tests.platforms.woocommerce import example as woocommerce
from ui_embed.agents import marks
from ui_embed.inbox.mail_links import LinkEnded, MailLink, MailLinks

Case = tuple[Any, ...]
_KEY = "a key of more than sixteen characters"
_SETTINGS = cast(
    Any,
    SimpleNamespace(
        secret_key=SimpleNamespace(get_secret_value=lambda: _KEY),
        metrics_token=SimpleNamespace(get_secret_value=lambda: _KEY),
        app_url="https://tillside.example",
    ),
)


class Reached(Exception):
    """The storage was asked: what was told had been believed."""


def _reached(**_: object) -> Any:
    raise Reached


_SERVICES = cast(
    Any,
    SimpleNamespace(
        settings=_SETTINGS,
        now=lambda: NOW,
        db=SimpleNamespace(across_workspaces=_reached, workspace=_reached),
    ),
)
_PLACE = cast(Any, SimpleNamespace(workspace_id=7, channel_id=3, store_id=None))


@dataclass(frozen=True, slots=True)
class Verifier:
    """`make` signs a message of any bytes; `holds` raises nothing but what it documents."""

    make: Callable[[bytes], Case]
    holds: Callable[[Case], bool]


def _chat_proof(message: bytes) -> Case:
    told = b'{"w":7,"s":1,"c":"%s","x":9999999999}' % digits(message).encode()
    payload = proofs.base64.urlsafe_b64encode(told).decode().rstrip("=")
    return (f"{payload}.{proofs._signature(_SERVICES, payload)}",)


def _chat_proof_holds(case: Case) -> bool:
    return proofs.proven_by(_SERVICES, _PLACE, f"{proofs.OURS}{case[0]}") is not None


def _reply(message: bytes) -> Case:
    number = int(digits(message)[:12], 16)
    return (ReplyTokens(_KEY).issue(7, number, number + 1),)


def _reply_holds(case: Case) -> bool:
    return ReplyTokens(_KEY).prove(7, case[0]) is not None


def _mail_link(message: bytes) -> Case:
    number = int(digits(message)[:12], 16)
    link = MailLink(7, number, number + 1, 2, 3, 4, is_framed=True, expires_at=9_999_999_999)
    return (MailLinks(_KEY).issue(link),)


def _mail_link_holds(case: Case) -> bool:
    with suppress(LinkEnded):
        return MailLinks(_KEY).prove(case[0], now=NOW) is not None
    return False


_URL = "https://tillside.example/webhooks/phone/token"


def _twilio(message: bytes) -> Case:
    fields = [("CallSid", digits(message)), ("From", "+306900000000")]
    return urlencode(fields).encode(), twilio.signature(_URL, fields, _KEY).decode()


def _twilio_holds(case: Case) -> bool:
    body, signature = case
    with suppress(CallRefused):
        twilio.verified_fields(Call(_URL, ((twilio.SIGNATURE_HEADER, signature),), body), _KEY)
        return True
    return False


def _signed_call(message: bytes) -> Case:
    body = b'{"id":"%s"}' % digits(message).encode()
    proof = signed_calls.signature(SECONDS, body, _KEY).decode()
    return body, f"t={SECONDS},v1={proof}"


def _signed_call_holds(case: Case) -> bool:
    body, told = case
    call = Call(_URL, ((signed_calls.SIGNATURE_HEADER, told),), body)
    with suppress(CallRefused):
        signed_calls.verified_body(call, _KEY, NOW.timestamp())
        return True
    return False


def _mail_call(message: bytes) -> Case:
    proof = hmac.new(_KEY.encode(), f"{SECONDS}.".encode() + message, hashlib.sha256)
    return message, f"t={SECONDS},v1={proof.hexdigest()}"


def _mail_call_holds(case: Case) -> bool:
    body, told = case
    return _mail_is_heard(Call(_URL, (("x-tillside-signature", told),), body), "signed_calls")


def _mailgun(message: bytes) -> Case:
    token = digits(message)
    proof = hmac.new(_KEY.encode(), f"{SECONDS}{token}".encode(), hashlib.sha256).hexdigest()
    return token, proof


def _mailgun_holds(case: Case) -> bool:
    token, proof = case
    form = {"timestamp": SECONDS, "token": token, "signature": proof, "body-mime": "Subject: x"}
    body = urlencode(form, errors="surrogatepass").encode()
    kind = (("content-type", "application/x-www-form-urlencoded"),)
    return _mail_is_heard(Call(_URL, kind, body), "mailgun")


def _mail_is_heard(call: Call, receives: str) -> bool:
    held = account(receives=receives, secrets={"smtp_password": "p", "call_secret": _KEY})
    with suppress(CallRefused):
        EmailCalls(now=NOW.timestamp).hear(call, held)
        return True
    return False


def _stamp(message: bytes) -> Case:
    made = str(int(NOW.timestamp()) - 60 - int(digits(message)[:3], 16))
    return (f"{made}.{forms._signature(_SERVICES, _PLACE, made)}",)


def _stamp_holds(case: Case) -> bool:
    with suppress(forms.FormRefused):
        forms._check_stamp(_SERVICES, _PLACE, case[0])
        return True
    return False


def _mark(message: bytes) -> Case:
    word = digits(message)[:22]
    return (f"{word}.{marks._signature(_SETTINGS, word, 'ada@example.com').decode()}",)


def _mark_holds(case: Case) -> bool:
    cookies = {"__Host-tillside_known": case[0]}
    return marks.known_browser(cookies, _SETTINGS, "ada@example.com") is not None


def _install_state(message: bytes) -> Case:
    nonce = digits(message)
    return (f"{nonce}.{installing._signature(_SERVICES, nonce)}",)


def _install_state_holds(case: Case) -> bool:
    with suppress(InstallRefused):
        try:
            installing._burn_state(_SERVICES, "shopify", [("state", case[0])], "browser")
        except Reached:
            return True
    return False


_ABOUT = associated("orders", 1)


def _sealed(message: bytes) -> Case:
    return DataKey(bytes(32)).seal(message, _ABOUT), _ABOUT


def _sealed_holds(case: Case) -> bool:
    with suppress(CannotOpen):
        DataKey(bytes(32)).open(*case)
        return True
    return False


_OIDC_KEY = OctKey.import_key(_KEY * 2, {"kid": "one"})


def _id_token(message: bytes) -> Case:
    claims = {
        "iss": "https://id.example",
        "aud": "tillside",
        "sub": "ada",
        "nonce": digits(b""),
        "iat": NOW.timestamp(),
        "exp": NOW.timestamp() + 60,
        "at": digits(message),
    }
    return (jwt.encode({"alg": "HS256", "kid": "one"}, claims, _OIDC_KEY),)


def _id_token_holds(case: Case) -> bool:
    metadata = SimpleNamespace(algorithms=("HS256",), issuer="https://id.example")
    keys = KeySet([_OIDC_KEY])
    provider = cast(
        Any,
        SimpleNamespace(metadata=lambda: metadata, keys=lambda **_: keys, client_id="tillside"),
    )
    with suppress(Unauthorized):
        claims = oidc._claims(provider, case[0])
        oidc._person(claims, provider, nonce=digits(b""), now=NOW)
        return True
    return False


def _scraper(message: bytes) -> Case:
    return (f"Bearer {_KEY}",)


def _scraper_holds(case: Case) -> bool:
    return may_scrape(_SETTINGS, "203.0.113.9", {"Authorization": case[0]}.get)


VERIFIERS: dict[str, Verifier] = {
    "shopify webhook": Verifier(
        webhook, lambda case: webhook_signature_holds(*case, [shopify.SECRET.encode()])
    ),
    "woocommerce webhook": Verifier(
        woo_webhook, lambda case: woo_signature_holds(*case, woocommerce.SECRETS)
    ),
    "oauth query": Verifier(oauth, oauth_holds),
    "app proxy": Verifier(proxy, proxy_holds),
    "session token": Verifier(session, session_holds),
    "plugin ticket": Verifier(ticket, ticket_holds),
    "chat proof": Verifier(_chat_proof, _chat_proof_holds),
    "reply token": Verifier(_reply, _reply_holds),
    "mail link": Verifier(_mail_link, _mail_link_holds),
    "twilio": Verifier(_twilio, _twilio_holds),
    "signed call": Verifier(_signed_call, _signed_call_holds),
    "signed mail": Verifier(_mail_call, _mail_call_holds),
    "mailgun": Verifier(_mailgun, _mailgun_holds),
    "form stamp": Verifier(_stamp, _stamp_holds),
    "known browser": Verifier(_mark, _mark_holds),
    "install state": Verifier(_install_state, _install_state_holds),
    "sealed data": Verifier(_sealed, _sealed_holds),
    "id token": Verifier(_id_token, _id_token_holds),
    "scraper": Verifier(_scraper, _scraper_holds),
}
