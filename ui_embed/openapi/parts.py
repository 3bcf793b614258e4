"""What descriptions of the API's routes are made of."""

from collections.abc import Callable, Sequence
from typing import Any

Schema = dict[str, Any]
Refusal = Callable[[int], Schema]

WHO: list[dict[str, list[str]]] = [{"bearer": []}, {"browser": []}]
TEXT: Schema = {"type": "string"}


def operation(
    summary: str,
    ok: Schema,
    refusals: Sequence[int],
    refusal: Refusal,
    *,
    parameters: Sequence[Schema] = (),
    body: Schema | None = None,
    status: int = 200,
    repeated: bool = False,
) -> Schema:
    """One method of a path: `ok` is its answer's schema, `body` the schema of what is posted.

    `repeated` tells that the same again is answered with 200 and does nothing.
    """
    answers: Schema = {str(status): answer("Done.", ok)}
    if repeated:
        answers["200"] = answer("It was done before.", ok)
    answers |= {str(each): refusal(each) for each in refusals}
    described: Schema = {
        "summary": summary,
        "security": WHO,
        "parameters": list(parameters),
        "responses": answers,
    }
    if body is not None:
        content = {"application/json": {"schema": body}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def answer(text: str, schema: Schema) -> Schema:
    """An answer of JSON."""
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def in_path(name: str, text: str) -> Schema:
    """A parameter of the path."""
    return {**in_query(name, text), "in": "path", "required": True}


def in_query(name: str, text: str) -> Schema:
    """A parameter of the query."""
    return {"name": name, "in": "query", "description": text, "schema": TEXT}


def an_object(**properties: Any) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def a_list(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def maybe_texts() -> Schema:
    """A list of texts that may be left out or null."""
    return {"type": ["array", "null"], "items": TEXT}


def reference(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


_MAYBE: Schema = {"type": ["string", "null"]}
# What every decision about persons answers.
DECISION = an_object(
    event_id=_MAYBE, profile_id=TEXT, other_profile_id=_MAYBE, changed={"type": "boolean"}
)
