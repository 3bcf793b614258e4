"""The part of `/openapi.json` about the audit."""

from integration.audit.reading import AuditPage
from ui_embed.openapi.parts import Refusal, Schema, in_query, operation, reference

AUDIT_RECORDS = (AuditPage,)

_DAY = "A day (2026-11-23, of the store's zone) or a moment (ISO 8601)."


def audit_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    return {
        "/api/v1/audit": {
            "get": operation(
                "Who did what, the newest first, for owners and administrators; docs/audit.md "
                "lists the deeds.",
                reference("AuditPage"),
                (400, 401, 403),
                refusal,
                parameters=(
                    in_query("agent", "Only what the agent with this id did."),
                    in_query("action", "A deed (`agent.invited`) or a family (`agent`)."),
                    in_query("from", f"From then on. {_DAY}"),
                    in_query("to", f"Until then, a day with all of it. {_DAY}"),
                    in_query("before", "The `next` of the answer before."),
                ),
            )
        }
    }
