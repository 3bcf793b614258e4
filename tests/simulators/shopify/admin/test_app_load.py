"""How the admin loads the app, and the tokens it hands out."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient

from simulators.shopify.actions import app as app_actions
from simulators.shopify.admin.app_load import address, load_url, sign
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from tests.simulators.shopify.admin.stub_app import claims_of


def loaded(client: FlaskClient, shop: Shop, path: str = "") -> tuple[str, dict[str, str]]:
    """The iframe's address without its query, and the query."""
    page = client.get(f"/{shop.domain}/admin/apps/tillside{path}")
    assert page.status_code == 200
    source = page.text.split('data-app="')[1].split('"')[0].replace("&amp;", "&")
    parts = urlsplit(source)
    return parts._replace(query="").geturl(), dict(parse_qsl(parts.query, strict_parsing=True))


def test_the_app_is_loaded_with_a_signed_query(
    client: FlaskClient, state: State, shop: Shop
) -> None:
    base, query = loaded(client, shop, "?order=9007199254738992&said=x&id_token=stale")
    assert base == "https://tillside.example/shopify/app"
    assert query["order"] == "9007199254738992"
    assert "said" not in query
    assert (query["shop"], query["embedded"], query["locale"]) == (shop.domain, "1", "el")
    given = query.pop("hmac")
    message = "&".join(f"{key}={query[key]}" for key in sorted(query)).encode()
    assert given == hmac.new(state.app.secret.encode(), message, hashlib.sha256).hexdigest()
    padded = query["host"] + "=" * (-len(query["host"]) % 4)
    assert base64.urlsafe_b64decode(padded) == b"localhost/store/aegean-eyewear"


def test_the_token_in_the_address_is_a_real_one(
    client: FlaskClient, state: State, shop: Shop
) -> None:
    _, query = loaded(client, shop)
    claims = claims_of(state, query["id_token"])
    owner = next(iter(shop.staff.values()))
    assert claims is not None
    assert claims["dest"] == f"https://{shop.domain}"
    assert claims["iss"] == f"https://{shop.domain}/admin"
    assert (claims["aud"], claims["sub"]) == (state.app.client_id, str(owner.id))
    assert claims["exp"] - claims["iat"] == 60


def test_each_session_token_is_a_new_one(client: FlaskClient, state: State, shop: Shop) -> None:
    path = f"/{shop.domain}/admin/session-token"
    first, second = (client.post(path) for _ in range(2))
    assert first.headers["Cache-Control"] == "no-store"
    claims = [claims_of(state, answer.json["token"]) for answer in (first, second) if answer.json]
    assert claims[0] is not None
    assert claims[1] is not None
    assert claims[0]["jti"] != claims[1]["jti"]


def test_after_a_rotation_the_older_secret_signs(state: State, shop: Shop) -> None:
    state.app.secrets.insert(0, "shpss_newer")
    owner = next(iter(shop.staff.values()))
    url = load_url(state, shop, owner, admin_host="localhost")
    query = dict(parse_qsl(urlsplit(url).query))
    given = query.pop("hmac")
    assert given == sign(query, state.app.secrets[1])
    assert given != sign(query, "shpss_newer")


def test_a_path_below_the_apps_place_is_a_path_of_the_app(
    client: FlaskClient, state: State, shop: Shop
) -> None:
    base, _ = loaded(client, shop, "/settings/stores")
    assert base == "https://tillside.example/settings/stores"
    assert address(state, "") == state.app.app_url
    assert address(state, "/evil.example/x").startswith("https://tillside.example/")


def test_signs_and_ampersands_in_values_cannot_shift_the_signature() -> None:
    assert sign({"a": "1&b=2"}, "s") != sign({"a": "1", "b": "2"}, "s")


def test_an_app_that_is_not_installed_is_not_loaded(
    client: FlaskClient, state: State, shop: Shop, fired: list[str]
) -> None:
    client.post(f"/{shop.domain}/admin/apps/uninstall")
    assert fired == ["app/uninstalled"]
    answer = client.get(f"/{shop.domain}/admin/apps/tillside")
    assert answer.status_code == 303
    assert "not+installed" in answer.location
    page = client.get(f"/{shop.domain}/admin/apps").text
    assert f"https://tillside.example/shopify/install?shop={shop.domain}" in page
    assert "Not+done" in client.post(f"/{shop.domain}/admin/apps/uninstall").location


def test_managed_installation_grants_the_apps_scopes(
    client: FlaskClient, state: State, shop: Shop
) -> None:
    app_actions.uninstall(state, shop)
    answer = client.post(f"/{shop.domain}/admin/apps/install")
    assert answer.location == f"/{shop.domain}/admin/apps/tillside"
    assert app_actions.installed(state, shop).scopes == state.app.scope_set


def test_the_app_is_found_by_its_client_id_as_well(
    client: FlaskClient, state: State, shop: Shop
) -> None:
    path = f"/{shop.domain}/admin/apps/{state.app.client_id}/?order=5"
    page = client.get(path)
    assert page.status_code == 200
    assert "order=5" in page.text
