"""The committed schemas, loaded when first asked for, and the access scopes they name."""

from __future__ import annotations

import gzip
import json
import re
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_client_schema, get_named_type

FOLDER = Path(__file__).resolve().parent.parent / "schema"
_VERSION = re.compile(r"\d{4}-(01|04|07|10)")
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class AdminSchema:
    """One API version: the schema, and the scopes of types and fields (any one of them does)."""

    version: str
    schema: GraphQLSchema
    type_scopes: dict[str, tuple[str, ...]]
    field_scopes: dict[tuple[str, str], tuple[str, ...]]
    required_access: dict[tuple[str, str], str]


@cache
def versions() -> tuple[str, ...]:
    """The supported versions, oldest first."""
    names = sorted(path.name for path in FOLDER.glob("admin_*.json.gz"))
    return tuple(name.removeprefix("admin_").removesuffix(".json.gz") for name in names)


def served(asked: str) -> str | None:
    """The version that answers for `asked`: an outdated one falls forward to the oldest.

    None for names that are no released version (the platform answers 404).
    """
    if asked in versions():
        return asked
    if asked == "unstable":
        return versions()[-1]
    if _VERSION.fullmatch(asked) and asked < versions()[0]:
        return versions()[0]
    return None


@cache
def _load(version: str) -> AdminSchema:
    content = json.loads(gzip.decompress((FOLDER / f"admin_{version}.json.gz").read_bytes()))
    _restore_defaults(content["data"]["__schema"], version)
    type_scopes: dict[str, tuple[str, ...]] = {}
    field_scopes: dict[tuple[str, str], tuple[str, ...]] = {}
    access: dict[tuple[str, str], str] = {}
    for item in content["offline_scopes"]["items"]:
        scopes = tuple(item["offlineScopes"])
        if not scopes:
            continue
        where = (item["typeName"], item.get("fieldName", ""))
        access[where] = item["requiredAccess"].strip()
        if item["type"] == "type":
            type_scopes[item["typeName"]] = scopes
        else:
            field_scopes[where] = scopes
    schema = build_client_schema(content["data"], assume_valid=True)
    return AdminSchema(version, schema, type_scopes, field_scopes, access)


def _restore_defaults(schema: dict[str, Any], version: str) -> None:
    """The introspection lost its default values; put back the one that makes a query invalid.

    `groupObjects` defaults to true before 2026-01 and to false since (Shopify's changelog).
    """
    for kind in schema["types"]:
        if kind["name"] != schema["mutationType"]["name"]:
            continue
        for field in kind["fields"]:
            for argument in field["args"]:
                if argument["name"] == "groupObjects":
                    argument["defaultValue"] = "true" if version < "2026-01" else "false"


def load(version: str) -> AdminSchema:
    """The schema of a supported version; takes a third of a second the first time."""
    with _lock:
        return _load(version)


def scopes_for(admin: AdminSchema, parent: str, field: str) -> tuple[str, ...]:
    """Scopes of which one is needed to read that field; empty when none is."""
    own = admin.field_scopes.get((parent, field))
    if own:
        return own
    kind = admin.schema.type_map.get(parent)
    definition = getattr(kind, "fields", {}).get(field)
    if definition is None:
        return ()
    named = get_named_type(definition.type).name
    if named.endswith("Connection"):
        nodes = getattr(admin.schema.type_map[named], "fields", {}).get("nodes")
        named = get_named_type(nodes.type).name if nodes else named
    return admin.type_scopes.get(named, ())
