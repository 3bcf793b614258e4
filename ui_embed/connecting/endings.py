"""What the page says where a browser comes back from its store."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from flask import url_for

from integration.install.connecting import ConnectionView
from integration.models.vocabulary import ConnectionState
from ui_embed.reasons import told
from ui_embed.texts import gettext


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection stands, in words. `sentence` was told in English.

    `later` is what to do where it takes long; `again_url` leads to the form, filled in.
    """

    icon: str
    title: str
    text: str
    tone: Literal["", "warn", "bad"] = ""
    sentence: str = ""
    later: str = ""
    address: str = ""
    again_url: str | None = None
    is_waiting: bool = False
    may_sign_in: bool = False
    leads_home: bool = False


def ending_of(view: ConnectionView, slug: str, address: str, *, is_denied: bool) -> Ending:
    """The words for a connection; `address` is its page's own."""
    again = f"{url_for('connect.ask', slug=slug)}?{urlencode({'store_url': view.domain})}"
    if is_denied:
        return _denied(again)
    if view.state == ConnectionState.PROVED:
        return _connected(view, address)
    if view.state == ConnectionState.FAILED:
        return _failed(view, again)
    return _waiting(view, address, again)


def _denied(again: str) -> Ending:
    return Ending(
        "cross",
        gettext("The store didn't let Tillside in"),
        gettext("Somebody chose “Deny” on the store's page. Nothing was stored."),
        tone="warn",
        again_url=again,
    )


def _connected(view: ConnectionView, address: str) -> Ending:
    return Ending(
        "check",
        gettext("Your store is connected"),
        gettext("We are reading it now. You see it in WordPress, under WooCommerce, Tillside.")
        if view.may_sign_in
        else gettext(
            "Open Tillside in WordPress, under WooCommerce, Tillside. Its plugin has to be active."
        ),
        address=address,
        may_sign_in=view.may_sign_in,
        leads_home=not view.may_sign_in,
    )


def _failed(view: ConnectionView, again: str) -> Ending:
    reason = told(view.error_code or "", view.error or "")
    return Ending(
        "alert",
        gettext("The store couldn't be connected"),
        reason.lead or gettext("Its keys were destroyed; nothing in your store was changed."),
        tone="bad",
        sentence=reason.sentence,
        again_url=again,
    )


def _waiting(view: ConnectionView, address: str, again: str) -> Ending:
    if view.state == ConnectionState.BEGUN:
        return Ending(
            "clock",
            gettext("Waiting for your store's keys"),
            gettext("Your store said yes. Its keys come by a way of their own, in a moment."),
            later=gettext(
                "They take long. Your store may not be able to reach us: its host has to let it "
                "call other servers over https."
            ),
            address=address,
            again_url=again,
            is_waiting=True,
        )
    reason = told(view.error_code or "", view.error or "")
    return Ending(
        "clock",
        gettext("Trying the keys"),
        gettext("We ask your store for a page, to see whether its keys open it."),
        later=gettext("Your store takes long to answer. We go on trying; this page follows."),
        sentence=reason.sentence if view.error else "",
        address=address,
        is_waiting=True,
    )
