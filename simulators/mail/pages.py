"""The mailboxes as pages, and what a test or a demo asks of them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.mail.model import Hook, Mail, State, addresses_in
from simulators.mail.provider import Provider

_ANSWERED = re.compile(r"\A\s*(?:re\s*:\s*)+", re.IGNORECASE)


def create_app(state: State, provider: Provider) -> Flask:
    """All pages and the control over a state."""
    app = Flask("simulators.mail", template_folder="templates")
    app.register_blueprint(_pages(state, provider))
    app.register_blueprint(_control(state, provider))
    app.jinja_env.globals.update(reply_address=reply_address, reply_subject=reply_subject)
    return app


def _pages(state: State, provider: Provider) -> Blueprint:
    pages = Blueprint("mail", __name__)

    @pages.get("/")
    def boxes() -> ResponseReturnValue:
        return render_template("boxes.html", addresses=state.addresses(), state=state)

    @pages.get("/<address>")
    def box(address: str) -> ResponseReturnValue:
        return render_template(
            "box.html", address=address, mails=state.mails(address), shops=state.shops()
        )

    @pages.get("/<address>/<int:number>")
    def mail(address: str, number: int) -> ResponseReturnValue:
        return render_template("mail.html", address=address, mail=_found(state, address, number))

    @pages.post("/<address>/write")
    def write(address: str) -> ResponseReturnValue:
        form = request.form
        earlier = _found(state, address, int(form["replies_to"])) if "replies_to" in form else None
        provider.write(
            address,
            form["to"],
            form["subject"],
            form["text"],
            name=form.get("name") or None,
            replies_to=earlier,
        )
        return redirect(f"/{quote(address)}", 303)

    return pages


def _control(state: State, provider: Provider) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix="/_control")

    @control.post("/hand-on")
    def hand_on() -> ResponseReturnValue:
        """Hand mail for `address` to `url`, signed with `key`."""
        told = request.get_json()
        state.hand_on(told["address"], Hook(told["url"], told["key"]))
        return {}

    @control.post("/open")
    def open_box() -> ResponseReturnValue:
        """Have a mailbox of `address`."""
        state.open(request.get_json()["address"])
        return {}

    @control.post("/write")
    def write() -> ResponseReturnValue:
        """Write as `sender` to `to`; `replies_to` is the number of a mail in their mailbox."""
        told = request.get_json()
        number = told.get("replies_to")
        earlier = _found(state, told["sender"], number) if number else None
        kept, answered = provider.write(
            told["sender"],
            told["to"],
            told["subject"],
            told["text"],
            name=told.get("name"),
            replies_to=earlier,
        )
        return {"number": kept.number, "answered": answered}

    @control.get("/mails")
    def mails() -> ResponseReturnValue:
        """What is in the mailbox of `address`, the newest first."""
        return {"mails": [_told(each) for each in state.mails(request.args["address"])]}

    return control


def _told(mail: Mail) -> dict[str, Any]:
    parsed = mail.parsed
    names = ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Reply-To")
    headers = {name: str(parsed[name]) for name in names if parsed[name] is not None}
    return {"number": mail.number, "is_own": mail.is_own, "text": mail.text, "headers": headers}


def _found(state: State, address: str, number: int) -> Mail:
    found = state.mail(address, number)
    if found is None:
        abort(404)
    return found


def reply_address(mail: Mail) -> str:
    """Whom a reply to a mail goes to."""
    parsed = mail.parsed
    told = addresses_in(parsed["Reply-To"]) or addresses_in(parsed["From"])
    return told[0] if told else ""


def reply_subject(mail: Mail) -> str:
    """What a reply to a mail is called: one "Re:" before it, however often it was answered."""
    return f"Re: {_ANSWERED.sub('', str(mail.parsed['Subject'] or '')).strip()}".strip()
