"""The plugin's tickets: who signed, for whom, for what, and for how long."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import SessionRefused
from platforms.port import AdminSession, Secret, ServiceTicket
from platforms.woocommerce.admin import WooCommerceAdminHost
from platforms.woocommerce.config import read_config
from tests.platforms.woocommerce.example import (
    APP_URL,
    COMPANION_SECRET,
    INSTALLATION,
    LAB_SITE,
    NOW,
    SETTINGS,
    SITE,
    TICKET_SECRET,
    ticket,
    ticket_claims,
)

HOST = WooCommerceAdminHost(read_config(SETTINGS))
SECONDS = int(NOW.timestamp())
JTI = "0123456789abcdef0123456789abcdef"


def _session(token: str, now: datetime = NOW) -> AdminSession:
    return HOST.verify(token, now=now, secret=COMPANION_SECRET)


def _asked(token: str) -> ServiceTicket:
    return HOST.service_ticket(token, now=NOW, secret=COMPANION_SECRET)


def test_a_genuine_ticket_tells_who_looks() -> None:
    assert _session(ticket()) == AdminSession(
        domain=SITE,
        staff_external_id="1",
        session_id=JTI,
        token_id=JTI,
        expires_at=datetime.fromtimestamp(SECONDS + 60, UTC),
        locale="de-DE",
    )


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "jti", "iat", "exp", "use"])
def test_every_claim_is_required(name: str) -> None:
    changed: dict[str, Any] = {name: None}
    with pytest.raises(SessionRefused):
        _session(ticket(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other.example"},
        {"aud": f"{APP_URL}/"},
        {"aud": [APP_URL]},
        {"iss": f"http://{SITE}"},
        {"iss": "no site"},
        {"iss": f"https://user@{SITE}"},
        {"iss": "https://127.0.0.1"},
        {"iss": [f"https://{SITE}"]},
        {"use": "export"},
        {"use": "Panel"},
        {"use": ["panel"]},
        {"exp": SECONDS + 61},
        {"exp": SECONDS},
        {"exp": SECONDS - 1, "iat": SECONDS},
        {"iat": SECONDS - 71, "exp": SECONDS - 11},
        {"iat": SECONDS - 70, "exp": SECONDS - 10},
        {"iat": SECONDS + 11, "exp": SECONDS + 60},
        {"nbf": SECONDS + 11},
        {"nbf": "soon"},
        {"exp": str(SECONDS + 60)},
        {"iat": True},
        {"exp": float("inf")},
        {"iat": float("nan")},
        {"sub": ""},
        {"sub": 1},
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "1 "},
        {"sub": "\u0661"},
        {"sub": "9" * 21},
        {"sub": "jane"},
        {"sub": "wordpress"},
        {"jti": "short"},
        {"jti": "x" * 65},
        {"jti": "0123456789abcdef\n"},
        {"jti": ["a"]},
    ],
)
def test_a_wrong_claim_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SessionRefused):
        _session(ticket(**changed))


def test_the_leeway_is_ten_seconds() -> None:
    assert _session(ticket(), NOW + timedelta(seconds=69)).domain == SITE
    assert _session(ticket(), NOW - timedelta(seconds=10)).domain == SITE
    for away in (70, -11):
        with pytest.raises(SessionRefused):
            _session(ticket(), NOW + timedelta(seconds=away))


@pytest.mark.parametrize(
    ("told", "domain"),
    [
        (f"https://{SITE}/", SITE),
        (f"https://{SITE.upper()}:443/Shop/", f"{SITE}/Shop"),
        ("https://müller.example", "xn--mller-kva.example"),
    ],
)
def test_the_issuer_is_told_by_its_canonical_name(told: str, domain: str) -> None:
    assert _session(ticket(iss=told)).domain == domain


def test_plain_http_signs_only_where_the_operator_allows_it() -> None:
    host = WooCommerceAdminHost(read_config({**SETTINGS, "ALLOW_PRIVATE_ADDRESSES": "1"}))
    token = ticket(iss=LAB_SITE)
    assert host.verify(token, now=NOW, secret=COMPANION_SECRET).domain == LAB_SITE
    with pytest.raises(SessionRefused):
        _session(token)


@pytest.mark.parametrize("locale", [None, "", "x", "de DE", "d" * 40, 5, ["de"]])
def test_a_locale_that_is_none_is_left_out(locale: Any) -> None:
    assert _session(ticket(locale=locale)).locale is None


@pytest.mark.parametrize(
    "secret", [None, Secret(""), Secret("short"), Secret("another secret, as long as the genuine")]
)
def test_another_secret_is_refused(secret: Secret | None) -> None:
    with pytest.raises(SessionRefused):
        HOST.verify(ticket(), now=NOW, secret=secret)


def test_a_short_secret_never_holds() -> None:
    short = "a" * 31
    with pytest.raises(SessionRefused):
        HOST.verify(ticket(short), now=NOW, secret=Secret(short))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    secret = TICKET_SECRET * 2
    with pytest.raises(SessionRefused):
        HOST.verify(ticket(secret, algorithm), now=NOW, secret=Secret(secret))
    with pytest.raises(SessionRefused):
        HOST.installation_of(ticket(secret, algorithm))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": INSTALLATION},
        {"alg": "None", "kid": INSTALLATION},
        {"kid": INSTALLATION},
        {"alg": None, "kid": INSTALLATION},
        {"alg": "HS256", "kid": INSTALLATION, "crit": ["x"], "x": 1},
        [],
        "x",
    ],
)
def test_an_unsigned_ticket_is_refused(header: object) -> None:
    for signature in ("", "AAAA"):
        with pytest.raises(SessionRefused):
            _session(f"{_part(header)}.{_part(ticket_claims())}.{signature}")


def test_the_installation_is_read_before_anything_is_proven() -> None:
    assert HOST.installation_of(ticket()) == INSTALLATION
    assert HOST.installation_of(ticket("a secret of anybody's, long enough for it")) == INSTALLATION


@pytest.mark.parametrize("kid", [None, "", "x" * 65, "a b", "a/b", "é", "\u202e", "a\n", "a\0"])
def test_an_installation_that_is_no_name_is_refused(kid: str | None) -> None:
    with pytest.raises(SessionRefused):
        HOST.installation_of(ticket(kid=kid))
    with pytest.raises(SessionRefused):
        _session(ticket(kid=kid))


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "a.b.c.d", "é.é.é", "\ud800", "x" * 100_000, ticket() + "\n"],
)
def test_garbage_is_refused(token: str) -> None:
    with pytest.raises(SessionRefused):
        HOST.installation_of(token)
    with pytest.raises(SessionRefused):
        _session(token)
    with pytest.raises(SessionRefused):
        _asked(token)


@pytest.mark.parametrize("use", ["export", "erase"])
def test_what_a_stores_server_asks_about_a_person(use: str) -> None:
    token = ticket(use=use, sub="wordpress", email="jane@example.com", page=1)
    assert _asked(token) == ServiceTicket(
        use=use,
        token_id=JTI,
        expires_at=datetime.fromtimestamp(SECONDS + 60, UTC),
        domain=SITE,
        email="jane@example.com",
    )


def test_a_store_says_goodbye() -> None:
    token = ticket(use="disconnect", sub="wordpress", email="jane@example.com")
    assert (_asked(token).use, _asked(token).email) == ("disconnect", None)


@pytest.mark.parametrize(
    "changed",
    [
        {"use": "panel"},
        {"use": "anything"},
        {"use": "export", "email": None},
        {"use": "erase", "email": ""},
        {"use": "erase", "email": ["a@b.example"]},
        {"use": "erase", "email": "x" * 400},
        {"use": "disconnect", "aud": "https://other.example"},
        {"use": "disconnect", "iss": "nobody"},
        {"use": "disconnect", "exp": SECONDS + 3600},
    ],
)
def test_a_request_that_does_not_hold(changed: dict[str, Any]) -> None:
    with pytest.raises(SessionRefused):
        _asked(ticket(**{"sub": "wordpress", "email": "a@b.example", **changed}))


_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.lists(st.integers(), max_size=2)
)


@given(changed=st.dictionaries(st.sampled_from(sorted(ticket_claims())), _values, max_size=4))
def test_a_signed_ticket_with_odd_claims_is_a_session_or_refused(changed: dict[str, Any]) -> None:
    token = ticket(**changed)
    with suppress(SessionRefused):
        assert _session(token).staff_external_id
    with suppress(SessionRefused):
        assert _asked(token).use in {"export", "erase", "disconnect"}


@pytest.mark.parametrize(
    ("claim", "manages"), [(True, True), (False, False), (None, False), ("true", False), (1, False)]
)
def test_only_a_plain_yes_tells_who_manages_the_store(claim: Any, manages: bool) -> None:
    assert _session(ticket(manager=claim)).manages is manages


@pytest.mark.parametrize("sub", ["1", "WordPress", "wordpress ", "", None, 1])
@pytest.mark.parametrize("use", ["export", "erase", "disconnect"])
def test_only_the_stores_own_server_asks_for_services(use: str, sub: Any) -> None:
    with pytest.raises(SessionRefused):
        _asked(ticket(use=use, sub=sub, email="jane@example.com", page=1))
