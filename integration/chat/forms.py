"""A contact form's message: kept when it is a person's, and nobody's identity is proved by it."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import orjson

from channels.errors import Unreadable
from channels.records import File
from integration.chat.places import ChatPlace
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.standing import adapter_of
from integration.conversations.receiving import receive
from integration.conversations.records import Received
from integration.crypto import derive
from integration.errors import Invalid
from integration.models import Channel
from integration.services import Services

# A field that no person sees; only what fills in every field writes there.
TRAP = "website"
# Nobody reads and fills in a form in less, and no page stays open for longer.
SHORTEST = timedelta(seconds=2)
LONGEST = timedelta(hours=24)
FIELDS = ("name", "email", "order", "subject", "text")
_KEY = re.compile(r"[A-Za-z0-9_\-]{16,32}", re.ASCII)
_LABEL = "form-stamp"


@dataclass(frozen=True, slots=True)
class Sent:
    """That a form was taken; `received` is None where it was thrown away as a machine's."""

    received: Received | None


class FormRefused(Invalid):
    """Something in a form is missing or wrong: `details["field"]` says which."""

    code = "form_refused"
    status = 422


def stamp(services: Services, place: ChatPlace) -> str:
    """What a form carries: when it was made, signed."""
    made = str(int(services.now().timestamp()))
    return f"{made}.{_signature(services, place, made)}"


def receive_form(
    services: Services,
    place: ChatPlace,
    given: Mapping[str, str],
    files: tuple[File, ...],
    *,
    locale: str,
) -> Sent:
    """Write a form's message; the same key twice is one. Tell of it afterwards.

    What fills in the trap is answered as if it were taken. Raises FormRefused.
    """
    if given.get(TRAP):
        return Sent(None)
    _check_stamp(services, place, given.get("stamp", ""))
    key = given.get("key", "")
    if not _KEY.fullmatch(key):
        raise FormRefused("Reload the page and send it again.", details={"field": "stamp"})
    _check_required(place, given)
    raw = orjson.dumps({name: given.get(name, "") for name in FIELDS} | {"locale": locale})
    with services.db.workspace(place.workspace_id, write=True) as session:
        channel = session.get_one(Channel, place.channel_id)
        keys = ChannelKeys(services.keyring)
        account = account_of(keys, channel)
        try:
            inbound = adapter_of(services, channel.kind).read(raw, account)
        except Unreadable as error:
            raise _missing(str(error)) from None
        takes_files = bool(place.settings.get("takes_files", True))
        return Sent(
            receive(
                session,
                keys,
                channel,
                replace(inbound, files=files if takes_files else ()),
                key=f"form:{place.channel_id}:{key}",
                now=services.now(),
            )
        )


def _check_stamp(services: Services, place: ChatPlace, told: str) -> None:
    made, _, signature = told.partition(".")
    wanted = _signature(services, place, made).encode()
    refused = FormRefused("Reload the page and send it again.", details={"field": "stamp"})
    if not hmac.compare_digest(wanted, signature.encode(errors="replace")):
        raise refused
    age = services.now().timestamp() - int(made)
    if age < SHORTEST.total_seconds():
        raise FormRefused("Wait a moment and send it again.", details={"field": "stamp"})
    if age > LONGEST.total_seconds():
        raise refused


def _check_required(place: ChatPlace, given: Mapping[str, str]) -> None:
    for name in ("name", "order", "subject"):
        asked = place.settings.get(f"asks_{name}", "optional")
        if asked == "required" and not given.get(name, "").strip():
            raise _missing(name)


def _missing(field: str) -> FormRefused:
    return FormRefused("Something is missing or wrong.", details={"field": field})


def _signature(services: Services, place: ChatPlace, made: str) -> str:
    key = derive(services.settings.secret_key.get_secret_value(), _LABEL)
    text = f"{place.channel_id}:{made}".encode(errors="replace")
    return hmac.new(key, text, sha256).hexdigest()
