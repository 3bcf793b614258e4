"""What machines send, what came back, and how threads are held together."""

import pytest

from channels.email.threading import read_token, reply_address, reply_reference
from channels.records import Address, Bounce
from tests.channels.email.mails import OURS, SERVER, read

OUR_ID = "0123456789abcdef0123456789abcdef@shop.example"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto_submitted"),
        ("Auto-Submitted: auto-generated; owner=x", "auto_submitted"),
        ("Precedence: bulk", "precedence_bulk"),
        ("Precedence: list", "precedence_list"),
        ("List-Id: <a.example>", "mailing_list"),
        ("List-Unsubscribe: <mailto:a@b.example>", "mailing_list"),
        ("X-Autoreply: yes", "autoreply"),
        ("X-Autorespond: x", "autoreply"),
        ("X-Auto-Response-Suppress: All", "wants_no_autoreply"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "wants_no_autoreply"),
        ("Return-Path: <>", "null_sender"),
        ("Subject: Automatic reply: Order", "subject"),
        ("Subject: =?utf-8?B?zpHPhc+Ez4zOvM6xz4TOtyDOsc+AzqzOvc+EzrfPg863OiB4?=", "subject"),
        ("Subject: מענה אוטומטי: הזמנה", "subject"),
        ("Subject: Automatická odpověď: x", "subject"),
        ("Subject: Odpowiedź automatyczna: x", "subject"),
        ("Subject: Undeliverable: Order", "subject"),
    ],
)
def test_machines_by_their_headers(header: str, why: str) -> None:
    inbound = read(header)
    assert (inbound.is_automatic, inbound.facts["automatic"]) == (True, why)


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example",
        "postmaster@example.com",
        "no-reply@example.com",
        "noreply+abc@example.com",
        "do_not_reply@example.com",
        "bounces+123@example.com",
        "list-request@example.com",
        "shop@shop.example",
    ],
)
def test_machines_by_their_address(sender: str) -> None:
    assert read(f"From: {sender}", sender=False).is_automatic is True


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: normal",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "Return-Path: <ann@example.com>",
        "Subject: Re: automatic coffee machine",
        "Subject: I am out of paper",
    ],
)
def test_persons(header: str) -> None:
    inbound = read(header)
    assert (inbound.is_automatic, "automatic" in inbound.facts) == (False, False)


def _report(action: str, status: str, returned: str = f"Message-ID: <{OUR_ID}>\r\n") -> str:
    return (
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ann@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such\r\n user here\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    )


_REPORT = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"


def test_a_bounce_for_good() -> None:
    inbound = read(_REPORT, "Return-Path: <>", body=_report("failed", "5.1.1"))
    assert inbound.bounce == Bounce(OUR_ID, True, "5.1.1", "550 5.1.1 No such user here")
    assert (inbound.is_automatic, inbound.facts["automatic"]) == (True, "bounce")
    assert inbound.text == "Sorry."


@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [("delayed", "4.4.1", False), ("failed", "4.2.2", False), ("Failed", "5.7.1 (x)", True)],
)
def test_a_bounce_that_may_still_arrive(action: str, status: str, is_final: bool) -> None:
    bounce = read(_REPORT, body=_report(action, status)).bounce
    assert bounce is not None
    assert bounce.is_final is is_final


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    inbound = read(_REPORT, body=_report(action, "2.0.0"))
    assert (inbound.bounce, inbound.is_automatic) == (None, True)


def test_a_bounce_of_something_that_is_not_ours() -> None:
    body = _report("failed", "5.1.1", "Message-ID: <other@elsewhere.example>\r\n")
    bounce = read(_REPORT, body=body).bounce
    assert bounce is not None
    assert bounce.external_id is None


def test_a_bounce_that_returns_the_whole_mail_or_only_answers_it() -> None:
    whole = _report("failed", "5.1.1").replace("text/rfc822-headers", "message/rfc822")
    assert read(_REPORT, body=whole).bounce == read(_REPORT, body=_report("failed", "5.1.1")).bounce
    bare = _report("failed", "5.1.1", "Subject: x\r\n")
    answered = read(_REPORT, f"In-Reply-To: <{OUR_ID}>", body=bare).bounce
    assert answered is not None
    assert answered.external_id == OUR_ID


def test_a_bounce_in_words_only() -> None:
    text = f"A message could not be delivered.\r\n550 5.1.1 user unknown\r\nMessage-ID: <{OUR_ID}>"
    headers = ("From: Mail Delivery System <MAILER-DAEMON@mx.example>", "Return-Path: <>")
    assert read(*headers, body=text, sender=False).bounce == Bounce(OUR_ID, True, "5.1.1", None)
    # Nobody else's words count.
    assert read("Return-Path: <>", body=text).bounce is None


def test_our_own_mail_that_comes_back() -> None:
    ours = read("From: shop@shop.example", f"Message-ID: <{OUR_ID}>", sender=False)
    assert (ours.is_ours, ours.is_automatic) == (True, True)
    for sender, external_id in (
        ("ann@example.com", OUR_ID),
        ("shop@shop.example", "abc@shop.example"),
        ("shop@shop.example", OUR_ID.replace("shop.example", "evil.example")),
    ):
        told = read(f"From: {sender}", f"Message-ID: <{external_id}>", sender=False)
        assert told.is_ours is False


def test_references_keep_their_order() -> None:
    inbound = read(
        "Message-ID: <c@x.example>",
        "References: <a@x.example>\r\n <b@x.example> <a@x.example>",
        "In-Reply-To: <b@x.example>",
    )
    assert inbound.external_id == "c@x.example"
    assert inbound.references == ("a@x.example", "b@x.example")
    assert read("In-Reply-To: <z@x.example>").references == ("z@x.example",)
    assert read("In-Reply-To: z@x.example").references == ("z@x.example",)


def test_a_thread_of_hundreds_keeps_its_first_and_its_newest() -> None:
    ids = [f"<{number}@x.example>" for number in range(500)]
    references = read("References: " + "\r\n ".join(ids)).references
    assert (len(references), references[0], references[-1]) == (100, "0@x.example", "499@x.example")


@pytest.mark.parametrize("told", ["<a@b.example", "a@b.example>", "a@b.example", "<<a@b.example>>"])
def test_an_id_that_lacks_a_bracket_is_one_that_can_be_answered(told: str) -> None:
    inbound = read(f"Message-ID: {told}", f"In-Reply-To: {told}")
    assert (inbound.external_id, inbound.references) == ("a@b.example", ("a@b.example",))


def test_a_mail_without_an_id_has_the_same_one_each_time() -> None:
    first, again, other = (read(f"Subject: {each}").external_id for each in "aab")
    assert first == again != other
    assert first is not None
    assert first.endswith("@without-id.invalid")


def test_the_token_comes_back_by_an_address_or_by_references() -> None:
    token = "abcdefgh23456789"
    to = reply_address(token, OURS)
    assert to == f"shop+{token}@shop.example"
    assert read(f"To: Shop <{to}>").reply_token == token
    assert read("To: other@x.example", f"Cc: {to}").reply_token == token
    assert read(f"Delivered-To: {to}").reply_token == token
    reference = reply_reference(token, OURS)
    assert read(f"References: <{reference}> <x@y.example>").reply_token == token
    assert read(f"In-Reply-To: <{reference}>").reply_token == token


@pytest.mark.parametrize(
    "address",
    [
        "shop+abcdefgh23456789@evil.example",
        "other+abcdefgh23456789@shop.example",
        "shop+short@shop.example",
        "shop@shop.example",
        "shop+" + "a" * 61 + "@shop.example",
    ],
)
def test_a_token_at_another_address_is_none_of_ours(address: str) -> None:
    assert read_token([Address(address)], [], OURS) is None


def test_a_token_in_anothers_references_is_none_of_ours() -> None:
    assert read_token([], [f"r.abcdefgh23456789.{SERVER}@shop.example"], OURS) is None
