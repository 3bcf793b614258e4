"""What a merchant typed for a channel, judged field by field before its adapter settles it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr

from channels.errors import FieldRefused
from channels.port import Channel
from channels.records import Field
from integration.addresses import is_public
from integration.errors import Invalid
from integration.identity.normalize import normalize_email

LONGEST_NAME = 80
_LONGEST = 2000
# A name, or an address in brackets or dots; what it leads to is judged when it is called.
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_-]+)*\.?", re.I)
# Anything that a resolver may take for an address: also a number, or one in hexadecimal.
_ADDRESS = re.compile(r"\[.*\]|[0-9.]+|.*:.*|0x[0-9a-fx.]+", re.I)
_ON = frozenset({"1", "true", "yes", "on"})
# Whoever changes where a password goes has to know it.
_LEADS_ELSEWHERE = frozenset({"host", "port", "choice"})

# By a field's kind: whether a value can be meant, and what to say where it can't.
_MEANT: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "port": (
        lambda value: isinstance(value, int) and 1 <= value <= 65535,
        "A port is a number from 1 to 65535.",
    ),
    "number": (lambda value: isinstance(value, int), "This must be a whole number."),
    "address": (
        lambda value: normalize_email(str(value)) is not None,
        "That isn't an e-mail address.",
    ),
    "secret": (lambda value: len(str(value).splitlines()) == 1, "This must be on one line."),
}

Settled = tuple[dict[str, Any], dict[str, str]]


class FieldsRefused(Invalid):
    """A form that can't be kept. `details["fields"]` maps a field's name to a sentence."""

    code = "invalid_fields"
    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        message = next(iter(fields.values()), "Something in the form can't be kept.")
        super().__init__(message, details={"fields": dict(fields)})


def settle(
    channel: Channel,
    given: Mapping[str, Any],
    *,
    allow_private: bool,
    before: Mapping[str, Any] | None = None,
    held: Mapping[str, SecretStr] | None = None,
) -> Settled:
    """The settings and the secrets of a filled form. Raises FieldsRefused.

    `before` are the settings that there are, `held` the secrets: one that is left empty stays,
    unless what was typed beside it leads somewhere else.
    """
    fields = channel.accounts.fields
    typed = {field.name: _typed(field, given.get(field.name)) for field in fields}
    refused = {
        field.name: sentence
        for field in fields
        if (sentence := _judge(field, typed[field.name], held or {}, allow_private=allow_private))
    }
    leads_elsewhere = before is not None and _leads_elsewhere(fields, typed, before)
    for field in fields:
        if field.kind != "secret" or typed[field.name] or field.name not in (held or {}):
            continue
        if leads_elsewhere:
            refused[field.name] = "Type it again: the server that it is sent to has changed."
        elif held is not None:
            typed[field.name] = held[field.name].get_secret_value()
    if refused:
        raise FieldsRefused(refused)
    try:
        return channel.accounts.settle(typed)
    except FieldRefused as error:
        raise FieldsRefused({error.field: str(error)}) from None
    except ValueError as error:
        raise FieldsRefused({"": str(error)}) from None


def checked_name(name: str) -> str:
    """A channel's name, on one line. Raises FieldsRefused."""
    line = " ".join(name.replace("\0", "").split())
    if not line or len(line) > LONGEST_NAME or not line.isprintable():
        raise FieldsRefused({"name": f"Give it a name of at most {LONGEST_NAME} characters."})
    return line


def _typed(field: Field, value: Any) -> Any:
    """The value as its kind is: a number, a switch, or a trimmed text; None for nothing."""
    if field.kind == "switch":
        return _switch(value, bool(field.default))
    # A password may begin or end with a space, but no line.
    text = str("" if value is None else value)
    text = text.strip("\r\n") if field.kind == "secret" else text.strip()
    if not text:
        return None if field.kind == "secret" else field.default
    if field.kind in ("port", "number"):
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else text
    return text


def _switch(value: Any, default: bool) -> bool:
    if value is None or isinstance(value, bool):
        return default if value is None else value
    return str(value).strip().lower() in _ON


def _judge(
    field: Field, value: Any, held: Mapping[str, SecretStr], *, allow_private: bool
) -> str | None:
    """Why a value can't be kept, None where it can."""
    if value in (None, ""):
        is_missing = field.is_required and field.name not in held
        return "This is needed." if is_missing else None
    if isinstance(value, str) and (len(value) > _LONGEST or "\0" in value):
        return "This is too long."
    if field.kind == "host":
        return _judge_host(str(value), allow_private=allow_private)
    is_meant, sentence = _MEANT.get(field.kind, (None, None))
    if field.kind == "choice":
        return None if value in field.choices else "Choose one of the list."
    return sentence if is_meant is not None and not is_meant(value) else None


def _judge_host(host: str, *, allow_private: bool) -> str | None:
    """A host that is an internal address by its looks; names are judged when they are called."""
    if _ADDRESS.fullmatch(host):
        is_allowed = allow_private or is_public(host.strip("[]"))
        return None if is_allowed else "This is an internal address. Type the server's public name."
    if not _HOST.fullmatch(host):
        return "That isn't a server's name. It looks like imap.example.com."
    if host.rstrip(".").lower() == "localhost" and not allow_private:
        return "This is an internal address. Type the server's public name."
    return None


def _leads_elsewhere(
    fields: tuple[Field, ...], typed: Mapping[str, Any], before: Mapping[str, Any]
) -> bool:
    return any(
        _plain(typed[field.name]) != _plain(before.get(field.name, field.default))
        for field in fields
        if field.kind in _LEADS_ELSEWHERE
    )


def _plain(value: Any) -> str:
    return str("" if value is None else value).strip().rstrip(".").lower()
