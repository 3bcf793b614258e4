"""The description covers every route, and the answers are as it says."""

from typing import Any

from flask.testing import FlaskClient

from integration.conversations.file_types import BYTES, HARMLESS
from tests.ui_embed import health_story
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import World
from ui_embed.live import PATH


def _described(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json
    return described


def test_every_route_of_the_api_is_described(world: World, client: FlaskClient) -> None:
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert routes | {PATH} == set(_described(client)["paths"])


def test_every_parameter_and_status_has_its_word(client: FlaskClient) -> None:
    described = _described(client)
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            by_ticket = path.startswith(("/api/v1/session", "/api/v1/plugin/"))
            who = [] if by_ticket else [{"bearer": []}, {"browser": []}]
            assert operation["security"] == who, f"{method} {path}"
            assert "401" in operation["responses"], path
            assert {"200", "201"} & set(operation["responses"]), path
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Error"}


def test_all_references_lead_somewhere(client: FlaskClient) -> None:
    described = _described(client)
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(each) for each in value.values()))
        if isinstance(value, list):
            return set().union(*(references(each) for each in value))
        return set()

    assert references(described) <= known


def _agrees(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Names of the properties agree, all the way down."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        if value is None:
            return
        _agrees(value, schema, schemas)
    elif isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"])
        for name, each in value.items():
            _agrees(each, schema["properties"][name], schemas)
    elif isinstance(value, list) and "items" in schema:
        for each in value:
            _agrees(each, schema["items"], schemas)


def test_answers_have_the_described_shape(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=2)
    health_story.troubles(world)
    described = _described(client)
    schemas = described["components"]["schemas"]
    for path, name in (
        ("/api/v1/context?order=1042", "Context"),
        (f"/api/v1/profiles/{profile_id}", "Context"),
        ("/api/v1/profiles", "Profiles"),
        (f"/api/v1/profiles/{profile_id}/summary", "Summary"),
        ("/api/v1/orders/mentioned?text=1042", "Resolution"),
        ("/api/v1/stores", "Stores"),
        (f"/api/v1/stores/{world.store_id}/health", "StoreHealth"),
        ("/api/v1/profiles/999", "Error"),
    ):
        answer = client.get(path, headers=world.bearer())
        _agrees(answer.json, schemas[name], schemas)


def test_the_same_again_and_the_types_of_files_are_told(client: FlaskClient) -> None:
    paths = _described(client)["paths"]
    conversations = "/api/v1/conversations"
    for path in ("", "/{conversation_id}/messages", "/talks"):
        answers = paths[f"{conversations}{path}"]["post"]["responses"]
        assert answers["200"]["content"] == answers["201"]["content"], path
    file = paths["/api/v1/attachments/{key}"]["get"]["responses"]["200"]["content"]
    assert sorted(file) == sorted({BYTES, *HARMLESS})
