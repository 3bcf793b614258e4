"""Refusals of the REST API."""

from __future__ import annotations

from typing import Any


class RestError(Exception):
    """`data` is what stands beside code and message; `{"status": …}` unless told otherwise."""

    def __init__(self, code: str, message: str, status: int, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.data: Any = {"status": status} if data is None else data

    @property
    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": self.data}


def not_authenticated(message: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", message, 401)


def forbidden(doing: str, *, signed_in: bool) -> RestError:
    """`doing` is list, view, create, edit or delete; 401 for strangers, else 403."""
    status = 403 if signed_in else 401
    messages = {
        "list": ("view", "Sorry, you cannot list resources."),
        "view": ("view", "Sorry, you cannot view this resource."),
        "create": ("create", "Sorry, you are not allowed to create resources."),
        "edit": ("edit", "Sorry, you are not allowed to edit this resource."),
        "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    }
    verb, message = messages[doing]
    return RestError(f"woocommerce_rest_cannot_{verb}", message, status)


def no_route() -> RestError:
    message = "No route was found matching the URL and request method."
    return RestError("rest_no_route", message, 404)


def invalid_id(kind: str, message: str = "Invalid ID.") -> RestError:
    return RestError(f"woocommerce_rest_{kind}_invalid_id", message, 404)


def no_trash(what: str) -> RestError:
    message = f"{what} do not support trashing."
    return RestError("woocommerce_rest_trash_not_supported", message, 501)
