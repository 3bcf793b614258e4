"""What a merchant sets up for a phone line."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from channels.errors import CredentialsRefused, FieldRefused
from channels.phone.numbers import is_country, normal_number
from channels.records import Account, Field

BY_HAND, TWILIO, SIGNED = TELLERS = ("hand", "twilio", "signed")
# Twilio's auth tokens: 32 hexadecimal digits.
_AUTH_TOKEN = re.compile(r"[0-9a-f]{32}", re.IGNORECASE | re.ASCII)
_SHORTEST_SECRET = 24


class PhoneAccounts:
    """The port's Accounts for a phone line.

    `told_by` says who tells of calls: agents by hand, Twilio, or a system that signs as
    `calls.SignedCalls` asks. `country` is that of numbers without a country code. `forward_to` is
    where Twilio is told to pass calls on to. `link_recordings` is off until a merchant says that
    calls may be recorded where they are.
    """

    fields: tuple[Field, ...] = (
        Field("number", "text"),
        Field("country", "text", is_required=False),
        Field("told_by", "choice", choices=TELLERS, default=BY_HAND),
        Field("auth_token", "secret", is_required=False),
        Field("signing_secret", "secret", is_required=False),
        Field("forward_to", "text", is_required=False),
        Field("link_recordings", "switch", is_required=False, default=False),
    )

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The settings and the secrets of a filled form. Raises FieldRefused with a sentence.

        A signing secret that nobody gives is made here.
        """
        country = str(given.get("country") or "").strip().upper()
        if country and not is_country(country):
            raise FieldRefused("country", "That isn't a country's code of two letters, as GR.")
        told_by = str(given.get("told_by") or BY_HAND)
        if told_by not in TELLERS:
            raise FieldRefused("told_by", "Choose one of the list.")
        settings = {
            "number": _number(given, "number", country),
            "country": country,
            "told_by": told_by,
            "forward_to": _number(given, "forward_to", country) if _told(given) else "",
            "link_recordings": bool(given.get("link_recordings")),
        }
        if settings["forward_to"] and settings["forward_to"] == settings["number"]:
            raise FieldRefused("forward_to", "Calls can't be passed on to the number they came to.")
        return settings, _secrets(given, told_by)

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """The merchant's number in E.164."""
        return str(settings["number"])

    def check(self, account: Account) -> None:
        """See that what verifies calls is there; nobody is called. Raises CredentialsRefused."""
        needed = {TWILIO: "auth_token", SIGNED: "signing_secret"}.get(account.settings["told_by"])
        if needed is not None and needed not in account.secrets:
            raise CredentialsRefused("What calls are verified with is missing. Type it again.")


def _secrets(given: Mapping[str, Any], told_by: str) -> dict[str, str]:
    if told_by == TWILIO:
        token = str(given.get("auth_token") or "").strip()
        if not _AUTH_TOKEN.fullmatch(token):
            words = "Twilio's auth token has 32 letters and digits; it stands in Twilio's console."
            raise FieldRefused("auth_token", words)
        return {"auth_token": token}
    if told_by == SIGNED:
        secret = str(given.get("signing_secret") or "").strip() or secrets.token_urlsafe(32)
        if len(secret) < _SHORTEST_SECRET:
            words = f"A secret has at least {_SHORTEST_SECRET} characters; empty, we make one."
            raise FieldRefused("signing_secret", words)
        return {"signing_secret": secret}
    return {}


def _told(given: Mapping[str, Any]) -> bool:
    return bool(str(given.get("forward_to") or "").strip())


def _number(given: Mapping[str, Any], name: str, country: str) -> str:
    number = normal_number(str(given.get(name) or ""), country)
    if number is None:
        words = "That isn't a phone number. Begin it with + and the country's code."
        raise FieldRefused(name, words)
    return number
