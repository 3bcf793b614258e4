"""WordPress' privacy tools call the service, and never hear "done" of what isn't."""

import re
import socket
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.real.wordpress.service import Service
from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

PERSON = "δήμητρα+1@people.example"
EXPORT = "return tillside_export_person( $person, $page );"
ERASE = "return tillside_erase_person( $person, $page );"


def _claims(asked: dict[str, Any], secret: str) -> dict[str, Any]:
    assert list(asked) == ["ticket"]
    token = jwt.decode(asked["ticket"], OctKey.import_key(secret), algorithms=["HS256"])
    claims = dict(token.claims)
    assert claims.pop("exp") - claims.pop("iat") == 60
    assert re.fullmatch("[0-9a-f]{32}", claims.pop("jti"))
    return claims


def test_both_are_registered(store: Store) -> None:
    code = (
        "return array( apply_filters( 'wp_privacy_personal_data_exporters', array() )['tillside'],"
        " apply_filters( 'wp_privacy_personal_data_erasers', array() )['tillside'] );"
    )
    assert store.php(code) == [
        {"exporter_friendly_name": "Tillside", "callback": "tillside_export_person"},
        {"eraser_friendly_name": "Tillside", "callback": "tillside_erase_person"},
    ]


def test_an_export_is_asked_for_by_a_signed_ticket_and_handed_on(
    store: Store, service: Service
) -> None:
    secret = store.connect()["secret"]
    group = {
        "group_id": "orders",
        "group_label": "Orders <b>in</b> Tillside",
        "item_id": "order-1",
        "data": [{"name": "Name", "value": "Δήμητρα <script>x</script> & Co"}],
    }
    service.answers["export"] = (200, {"groups": [group], "done": False})
    assert store.php(EXPORT, person=PERSON, page=2) == {
        "data": [
            {
                "group_id": "tillside-orders",
                "group_label": "Orders in Tillside",
                "item_id": "tillside-order-1",
                "data": [
                    {
                        "name": "Name",
                        "value": "Δήμητρα &lt;script&gt;x&lt;/script&gt; &amp; Co",
                    }
                ],
            }
        ],
        "done": False,
    }
    ((path, asked),) = service.asked
    assert path == "/api/v1/plugin/export"
    assert _claims(asked, secret) == {
        "iss": store.url,
        "aud": store.app_url,
        "sub": "wordpress",
        "use": "export",
        "email": PERSON,
        "page": 2,
    }


def test_an_erasure_tells_what_went_and_what_stays(store: Store, service: Service) -> None:
    secret = store.connect()["secret"]
    told = {"removed": 7, "retained": 1, "messages": ["An invoice <i>stays</i>."], "done": True}
    service.answers["erase"] = (200, told)
    assert store.php(ERASE, person=PERSON, page=1) == {
        "items_removed": True,
        "items_retained": True,
        "messages": ["An invoice stays."],
        "done": True,
    }
    ((path, asked),) = service.asked
    assert path == "/api/v1/plugin/erase"
    assert _claims(asked, secret)["use"] == "erase"


FAILURES = {
    "an error": ((500, {"error": {"code": "x", "message": "y", "details": {}}}), "refused"),
    "no right": ((401, {"error": {"code": "invalid_session"}}), "refused"),
    "a redirect": ((302, {}), "refused"),
    "a page": ((200, b"<h1>Maintenance</h1>"), "refused"),
    "nothing": (None, "unreachable"),
    "another shape": ((200, {"status": "ok"}), "unreadable"),
    "a list": ((200, []), "unreadable"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("code", [EXPORT, ERASE], ids=["export", "erase"])
def test_a_failure_is_never_done(store: Store, service: Service, code: str, failure: str) -> None:
    store.connect()
    answer, error = FAILURES[failure]
    service.answers.update(export=answer, erase=answer)
    told = store.php(code, person=PERSON, page=1)
    assert told["error"] == f"tillside_{error}"
    assert "Please try again later." in told["message"]
    assert "done" not in told
    assert len(service.asked) == 1


def test_a_service_out_of_reach_is_never_done(store: Store) -> None:
    store.connect()
    # The address that the ticket goes to, behind the one that is configured.
    code = (
        "add_filter( 'pre_http_request', function ( $answer, $options, $url ) use ( $nowhere ) {"
        " return 0 === strpos( $url, $nowhere ) ? $answer : wp_remote_post( $nowhere, $options ); }"
        ", 10, 3 ); return tillside_erase_person( 'a@b.example', 1 );"
    )
    # Held, lest somebody else listens there meanwhile.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{held.getsockname()[1]}"
        assert store.php(code, nowhere=nowhere)["error"] == "tillside_unreachable"


@pytest.mark.parametrize("code", [EXPORT, ERASE], ids=["export", "erase"])
def test_a_store_that_is_not_connected_asks_nobody(
    store: Store, service: Service, code: str
) -> None:
    told = store.php(code, person=PERSON, page=1)
    assert told["done"] is True
    assert told.get("data", []) == told.get("messages", []) == []
    assert service.asked == []


BEGIN = """
$id = wp_create_user_request( $person, 'remove_personal_data', array(), 'confirmed' );
$erasers = apply_filters( 'wp_privacy_personal_data_erasers', array() );
return array( $id, array_search( 'tillside', array_keys( $erasers ), true ) + 1 );
"""


@pytest.mark.parametrize(
    ("answer", "success"),
    [
        ((200, {"removed": 2, "retained": 0, "messages": [], "done": True}), True),
        ((500, {}), False),
    ],
)
def test_wordpress_tool_says_so(
    store: Store, service: Service, answer: tuple[int, Any], success: bool
) -> None:
    store.connect()
    service.answers["erase"] = answer
    address = f"person-{success}@people.example".lower()
    request, number = store.php(BEGIN, person=address, admin=True)
    browser = store.browser_of("owner")
    page = browser.get(f"{store.url}/wp-admin/erase-personal-data.php", timeout=60).text
    nonce = re.search(rf'data-request-id="{request}"\s+data-nonce="([0-9a-f]+)"', page)
    assert nonce is not None
    told = browser.post(
        f"{store.url}/wp-admin/admin-ajax.php",
        data={
            "action": "wp-privacy-erase-personal-data",
            "eraser": number,
            "id": request,
            "page": 1,
            "security": nonce[1],
        },
        timeout=20,
    ).json()
    assert told["success"] is success
    if success:
        assert told["data"]["done"] is True
        assert told["data"]["items_removed"] is True
    else:
        assert told["data"][0]["code"] == "tillside_refused"


def test_a_text_for_the_privacy_policy_is_suggested(store: Store) -> None:
    page = store.browser_of("owner").get(
        f"{store.url}/wp-admin/options-privacy.php?tab=policyguide", timeout=20
    )
    assert "We use Tillside to see your orders beside your messages" in page.text
