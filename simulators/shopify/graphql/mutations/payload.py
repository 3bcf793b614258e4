"""Payloads: what was made, and user errors at HTTP 200."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from simulators.shopify.graphql.context import Context

Payload = dict[str, Any]


def failed(message: str, *field: str, code: str | None = None, key: str = "userErrors") -> Payload:
    """A payload with one user error."""
    error: Payload = {"field": list(field) or None, "message": message}
    if code:
        error["code"] = code
    return {key: [error], "userErrors": [error] if key == "userErrors" else []}


def done(**made: Any) -> Payload:
    return {**made, "userErrors": []}


def require(c: Context, field: str, *scopes: str) -> None:
    """Refuse with ACCESS_DENIED unless one of the scopes is held."""
    if not c.granted(scopes):
        access = " or ".join(f"`{scope}` access scope" for scope in scopes)
        raise GraphQLError(
            f"Access denied for {field} field. Required access: {access}.",
            extensions={
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": access,
            },
        )
