"""The page with its styles and scripts is light, and what doesn't change is fetched once."""

import gzip
import re

from flask.testing import FlaskClient

from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import DOMAIN, World, mint

MOST_BYTES = 100_000
GZIP = {"Accept-Encoding": "gzip, br"}
ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')
IMPORT = re.compile(r'from "(\./[^"]+)"')


def test_page_styles_and_scripts_stay_light(world: World, client: FlaskClient) -> None:
    add_person(world, orders=20)
    page = client.get(
        f"/shopify/app?order=1042&shop={DOMAIN}&id_token={mint(DOMAIN)}", headers=GZIP
    )
    assert page.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(page.data).decode()
    assert len(ASSET.findall(html)) > 6
    total = len(page.data)
    for address in set(ASSET.findall(html)):
        asset = client.get(address, headers=GZIP)
        assert asset.status_code == 200, address
        total += len(asset.data)
    assert total <= MOST_BYTES


def test_every_module_that_is_imported_is_preloaded(world: World, client: FlaskClient) -> None:
    add_person(world)
    page = client.get("/panel?order=1042", headers=world.bearer()).text
    known = set(ASSET.findall(page))
    main = next(address for address in known if address.endswith("/js/main.js"))
    for address in [main, *(each for each in known if "/js/" in each)]:
        for name in IMPORT.findall(client.get(address).text):
            assert f"{address.rpartition('/')[0]}/{name.removeprefix('./')}" in known


def test_assets_are_kept_for_good_under_their_digest(world: World, client: FlaskClient) -> None:
    page = client.get("/panel", headers=world.bearer()).text
    address = ASSET.findall(page)[0]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    digest = address.split("/")[2]
    older = client.get(address.replace(digest, "0" * 16))
    assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-store")


def test_only_our_files_are_sent(client: FlaskClient) -> None:
    for name in ("../auth.py", "..%2fauth.py", "nothing.js", ""):
        assert client.get(f"/assets/x/{name}").status_code == 404


def test_who_takes_no_gzip_gets_none(world: World, client: FlaskClient) -> None:
    for accepted in ("identity", "br", "gzip;q=0"):
        answer = client.get("/panel", headers={**world.bearer(), "Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert answer.text.startswith("<!doctype html>")
