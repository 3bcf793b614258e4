"""Unexpected errors to Sentry, where the operator asked for it: never with personal data."""

from importlib import import_module
from typing import Any

from integration.errors import MissingSetting
from integration.settings import Settings

# What an event may carry: where it broke, and in which release. Values of variables, addresses with
# their query, headers and bodies can hold a customer's name or a token.
_KEPT = frozenset(
    {"event_id", "timestamp", "level", "platform", "logger", "release", "environment", "exception"}
)


def configure(settings: Settings) -> None:
    """Send unexpected errors of this process to SENTRY_DSN, if that is set.

    Raises MissingSetting when it is set but the package for it isn't installed.
    """
    dsn = settings.sentry_dsn.get_secret_value()
    if not dsn:
        return
    try:
        sentry = import_module("sentry_sdk")
    except ImportError:
        raise MissingSetting(
            "SENTRY_DSN is set, but sentry-sdk isn't installed: pip install 'tillside[sentry]'"
        ) from None
    sentry.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
        before_send=without_personal_data,
    )


def without_personal_data(event: dict[str, Any], _hint: Any = None) -> dict[str, Any]:
    """The event with the types and places of its errors, and nothing that anybody typed."""
    kept = {name: value for name, value in event.items() if name in _KEPT}
    for error in (kept.get("exception") or {}).get("values") or []:
        error.pop("value", None)
        for frame in (error.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    return kept
