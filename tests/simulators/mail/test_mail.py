"""The stand-in mail provider: what goes in by SMTP or by a person comes out where it belongs."""

import hmac
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

import pytest
import requests
from flask import Flask, request

from integration.processes.ports import free_port
from simulators.mail.model import State
from simulators.mail.server import Server
from simulators.serving import Serving

KEY = "only-for-the-stand-in"
SHOP, DORA = "support@amber.example", "dora@mail.example"


@pytest.fixture
def server() -> Iterator[Server]:
    """A provider that runs."""
    smtp_port = free_port(())
    running = Server(State(), host="127.0.0.1", port=0, smtp_port=smtp_port)
    running.smtp_port = smtp_port  # type: ignore[attr-defined]
    running.start()
    yield running
    running.stop()


@pytest.fixture
def shop() -> Iterator[tuple[str, list[Any]]]:
    """A shop's address for incoming mail, and what came there."""
    app, came, lock = Flask("shop"), [], threading.Lock()

    @app.post("/mime")
    def take() -> str:
        with lock:
            came.append((request.form.to_dict(), request.files["body-mime"].read()))
        return ""

    serving = Serving(app, "127.0.0.1", 0)
    serving.start()
    yield f"http://127.0.0.1:{serving.port}/mime", came
    serving.stop()


def ask(server: Server, path: str, **told: Any) -> Any:
    answer = requests.post(f"{server.base_url}/_control/{path}", json=told, timeout=60)
    assert answer.status_code == 200
    return answer.json()


def mails(server: Server, address: str) -> list[dict[str, Any]]:
    params = {"address": address}
    answer = requests.get(f"{server.base_url}/_control/mails", params=params, timeout=60)
    return list(answer.json()["mails"])


def test_what_a_person_writes_to_a_shop_is_handed_on_signed(
    server: Server, shop: tuple[str, list[Any]]
) -> None:
    url, came = shop
    ask(server, "hand-on", address=SHOP, url=url, key=KEY)
    told = ask(
        server, "write", sender=DORA, to=SHOP, subject="Πού;", text="Πού είναι;", name="Ντόρα"
    )
    assert told["answered"] == 200
    ((fields, raw),) = came
    signed = (fields["timestamp"] + fields["token"]).encode()
    assert fields["signature"] == hmac.new(KEY.encode(), signed, sha256).hexdigest()
    assert raw.startswith(b"Authentication-Results: mx.mail.example; spf=pass")
    assert (fields["recipient"], fields["sender"]) == (SHOP, DORA)
    assert [mail["is_own"] for mail in mails(server, DORA)] == [True]


def test_an_answer_by_smtp_is_in_the_mailbox_and_a_reply_refers_to_it(
    server: Server, shop: tuple[str, list[Any]]
) -> None:
    url, came = shop
    ask(server, "hand-on", address=SHOP, url=url, key=KEY)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = SHOP, DORA, "Your parcel"
    answer["Message-ID"], answer["Reply-To"] = "<a1@amber.example>", "support+t0k@amber.example"
    answer.set_content("On its way.")
    with smtplib.SMTP("127.0.0.1", server.smtp_port) as client:  # type: ignore[attr-defined]
        client.login("anybody", "anything")
        client.send_message(answer)
    (mail,) = mails(server, DORA)
    assert mail["text"] == "On its way.\n"
    ask(
        server,
        "write",
        sender=DORA,
        to="support+t0k@amber.example",
        subject="Re: Your parcel",
        text="Thanks",
        replies_to=mail["number"],
    )
    ((fields, raw),) = came
    assert fields["recipient"] == "support+t0k@amber.example"
    assert b"In-Reply-To: <a1@amber.example>" in raw
    assert b"> On its way." in raw


@pytest.mark.parametrize("subject", ["Your parcel", "Re: Your parcel", "RE: re:Your parcel"])
def test_a_reply_has_one_re_however_often_it_was_answered(server: Server, subject: str) -> None:
    ask(server, "write", sender=SHOP, to=DORA, subject=subject, text="On its way.")
    (mail,) = mails(server, DORA)
    page = requests.get(f"{server.base_url}/{DORA}/{mail['number']}", timeout=60)
    assert 'name="subject" value="Re: Your parcel"' in page.text


def test_people_read_and_reply_on_pages(server: Server) -> None:
    ask(server, "hand-on", address=SHOP, url=f"{server.base_url}/nowhere", key=KEY)
    ask(server, "open", address=DORA)
    page = requests.get(f"{server.base_url}/{DORA}", timeout=60)
    assert SHOP in page.text
    form = {"to": SHOP, "subject": "<b>Hi</b>", "text": "Hello"}
    posted = requests.post(f"{server.base_url}/{DORA}/write", data=form, timeout=60)
    assert "&lt;b&gt;Hi&lt;/b&gt;" in posted.text
