"""How far a sender is believed: only what the mailbox's own server found out counts."""

import pytest

from channels.email.ours import Ours
from channels.email.reading import read_mail
from channels.records import Inbound
from tests.channels.email.mails import OURS, SERVER, raw, read


def _checked(results: str, *more: str, sender: str = "Ann <ann@example.com>") -> Inbound:
    return read(f"Authentication-Results: {results}", *more, f"From: {sender}", sender=False)


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass header.from=example.com",
        "dmarc=pass (p=none dis=none) header.from=EXAMPLE.com",
        "dmarc=pass",
        "dkim=pass header.d=example.com",
        'dkim=pass header.i=@example.com header.b="abc"; spf=fail smtp.mailfrom=x.example',
        "dkim=pass header.i=@other.example; dkim=pass header.i=@example.com",
        "spf=pass smtp.mailfrom=bounce@example.com",
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dmarc=none",
    ],
)
def test_a_domain_that_stands_behind_its_mail(results: str) -> None:
    assert _checked(f"{SERVER}; {results}").person.trust == "aligned"
    assert _checked(f"{SERVER} 1;\r\n\t{results}").person.trust == "aligned"


@pytest.mark.parametrize(
    "results",
    [
        "none",
        "",
        "dmarc=fail header.from=example.com",
        "dmarc=pass header.from=evil.example",
        "dmarc=fail header.from=example.com; dkim=pass header.d=example.com",
        "dmarc=pass header.from=example.com; dmarc=pass header.from=evil.example",
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=com",
        "dkim=pass header.d=notexample.com",
        "dkim=pass header.d=sub.example.com",
        "dkim=fail header.d=example.com; spf=pass smtp.mailfrom=evil.example",
        "spf=softfail smtp.mailfrom=example.com",
        "spf=pass smtp.helo=example.com",
        'auth=pass smtp.auth="x; dmarc=pass header.from=example.com"; dmarc=fail',
        "x=y (; dmarc=pass header.from=example.com)",
        "x=y ((a) ; dmarc=pass header.from=example.com)",
        'auth=pass smtp.auth="x; dmarc=pass header.from=example.com"',
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.com; y"@evil.example',
        'spf=pass smtp.mailfrom="x\\"; dmarc=pass header.from=example.com; y"@evil.example',
        'spf=pass smtp.mailfrom="example.com"@evil.example',
        'spf=pass smtp.mailfrom="a@example.com"@evil.example',
        'spf=pass smtp.mailfrom="a smtp.mailfrom=example.com"@evil.example',
        'dkim=pass header.i="x header.d=example.com"@evil.example',
        "spf=pass (a; dmarc=pass header.from=example.com",
        'spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.com',
    ],
)
def test_a_domain_that_does_not(results: str) -> None:
    assert _checked(f"{SERVER}; {results}").person.trust == "claimed"


def test_a_parent_domain_that_signs_vouches_for_what_is_below_it() -> None:
    result = f"{SERVER}; dkim=pass header.d=example.com"
    assert _checked(result, sender="ann@mail.example.com").person.trust == "aligned"


@pytest.mark.parametrize(
    "server", ["mx.evil.example", "mx.shop.example.evil.example", "", "x; mx.shop.example"]
)
def test_results_of_another_server_are_not_read(server: str) -> None:
    inbound = _checked(f"{server}; dmarc=pass header.from=example.com")
    assert inbound.person.trust == "claimed"
    assert "dmarc" not in inbound.facts


def test_results_below_the_topmost_may_be_the_senders_own() -> None:
    inbound = _checked(
        f"{SERVER}; dmarc=fail header.from=example.com",
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.com",
    )
    assert inbound.person.trust == "claimed"
    assert inbound.facts["dmarc"] == "fail"


def test_a_mailbox_that_names_no_server_believes_nobody() -> None:
    mail = raw(f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.com")
    inbound = read_mail(mail, Ours(OURS.address, OURS.mark))
    assert inbound.person.trust == "claimed"
    assert inbound.facts["results_not_trusted_of"] == SERVER


def test_agents_are_told_how_it_was_checked() -> None:
    inbound = _checked(f"{SERVER}; spf=softfail; dkim=pass header.d=example.com; dmarc=pass")
    assert {name: inbound.facts[name] for name in ("spf", "dkim", "dmarc", "checked_by")} == {
        "spf": "softfail",
        "dkim": "pass",
        "dmarc": "pass",
        "checked_by": SERVER,
    }


@pytest.mark.parametrize(
    ("sender", "doubt"),
    [
        ("a@example.com, b@example.com", "several_senders"),
        ("victim@bank.example <thief@example.com>", "unsound_sender"),
        ("an\u200bn@example.com", "unsound_sender"),
        ("Ann <an\u202en@example.com>", "unsound_sender"),
        ('"victim@bank.example" <thief@example.com>', "name_shows_another_address"),
        ("=?utf-8?Q?victim=40bank=2Eexample?= <thief@example.com>", "name_shows_another_address"),
        ("a@exаmple.com", "lookalike_domain"),
        ("a@xn--exmple-4nf.com", "lookalike_domain"),
        ("a@аррӏе.com", "lookalike_domain"),
    ],
)
def test_a_sender_that_plays_tricks_stays_claimed(sender: str, doubt: str) -> None:
    inbound = _checked(f"{SERVER}; dmarc=pass", sender=sender)
    assert (inbound.person.trust, inbound.facts["doubt"]) == ("claimed", doubt)


def test_two_from_headers_stay_claimed() -> None:
    inbound = _checked(f"{SERVER}; dmarc=pass", "From: victim@bank.example")
    assert (inbound.person.trust, inbound.facts["doubt"]) == ("claimed", "several_senders")


@pytest.mark.parametrize("sender", ["Ann <ann@παράδειγμα.ελ>", "ann@ελλάδα.gr", "ann@דוגמה.co.il"])
def test_a_domain_in_one_script_is_nothing_odd(sender: str) -> None:
    assert _checked(f"{SERVER}; dmarc=pass", sender=sender).person.trust == "aligned"


def test_a_mail_without_a_sender_has_an_address_of_its_own() -> None:
    first, second = (read(f"Subject: {each}", sender=False) for each in "ab")
    assert first.person.value.endswith("@sender.invalid")
    assert first.person.value != second.person.value
    assert (first.person.trust, first.is_automatic) == ("claimed", True)
    told = read("Sender: sec@example.com", "From: nonsense", sender=False)
    assert (told.person.value, told.person.trust) == ("sec@example.com", "claimed")
