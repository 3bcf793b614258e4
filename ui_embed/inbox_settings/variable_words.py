"""What can be filled into a canned answer, in words, and what it says of a sample."""

import re

from flask_babel import lazy_gettext

VARIABLES: tuple[tuple[str, object], ...] = (
    ("customer.first_name", lazy_gettext("the customer's first name")),
    ("customer.name", lazy_gettext("the customer's whole name")),
    ("customer.email", lazy_gettext("the customer's e-mail address")),
    ("order.name", lazy_gettext("the number of their order")),
    ("order.status", lazy_gettext("how the order stands")),
    ("order.total", lazy_gettext("what it costs")),
    ("order.date", lazy_gettext("when it was placed")),
    ("order.tracking_link", lazy_gettext("where the parcel is followed")),
    ("order.tracking_number", lazy_gettext("the parcel's number")),
    ("order.carrier", lazy_gettext("who carries it")),
    ("store.name", lazy_gettext("your store's name")),
    ("store.url", lazy_gettext("your store's address")),
    ("agent.first_name", lazy_gettext("the first name of whoever answers")),
    ("agent.name", lazy_gettext("the whole name of whoever answers")),
    ("conversation.number", lazy_gettext("the conversation's number")),
)
_SAMPLE = {
    "customer.first_name": "Dimitra",
    "customer.name": "Dimitra Papadopoulou",
    "customer.email": "dimitra@example.com",
    "order.name": "#1042",
    "order.status": "on its way",
    "order.total": "€89.90",
    "order.date": "22 November 2026",
    "order.tracking_link": "https://track.example/4711",
    "order.tracking_number": "4711",
    "order.carrier": "ACS",
    "store.url": "https://shop.example",
    "agent.first_name": "Ada",
    "agent.name": "Ada Byron",
    "conversation.number": "318",
}
_PLACE = re.compile(r"\{\{\s*([^{}|]{0,80}?)\s*(?:\|[^{}]{0,200})?\}\}")


def previewed(text: str, shop: str) -> str:
    """The text as a sample customer would read it; what isn't known stays as it stands."""
    known = {**_SAMPLE, "store.name": shop}
    return _PLACE.sub(lambda found: known.get(found[1].strip().lower(), found[0]), text)
