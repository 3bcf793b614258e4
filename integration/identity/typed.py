"""Identities as people and programs type them."""

import re

from integration.errors import Invalid
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email, normalize_phone

_OF_A_STORE = re.compile(r"[0-9]{1,18}:[^\s\x00]{1,128}", re.ASCII)


def identity_typed(kind: str, value: str) -> Key:
    """The identity of that kind: an e-mail address, a phone with its country code, or an account
    (customer) or order as `store id:external id`. Raises Invalid for what can be none.
    """
    if kind == "email" and (address := normalize_email(value)) is not None:
        return Key("email", address)
    if kind == "phone" and (phone := normalize_phone(value, None)) is not None:
        return Key("phone", phone)
    if kind in ("customer", "order") and _OF_A_STORE.fullmatch(value):
        return Key(kind, value)
    raise Invalid(
        "An identity is an e-mail address, a phone with its country code, or an account or order "
        "as STORE_ID:EXTERNAL_ID."
    )
