"""The API of the audit, for owners and administrators."""

from flask import Blueprint, Response

from integration.audit.asked import read_audit_asked, read_before
from integration.audit.reading import audit_page
from ui_embed.api.bodies import json_answer
from ui_embed.request_context import caller, services, single_arguments

api_audit = Blueprint("api_audit", __name__)


@api_audit.get("/api/v1/audit")
def deeds() -> Response:
    """Who did what: `agent`, `action` (or a family), `from`, `to`, before `before`."""
    told, who = single_arguments(), caller()
    asked, before = read_audit_asked(told, who.store.timezone), read_before(told.get("before"))
    with services().db.workspace(who.workspace_id) as session:
        return json_answer(audit_page(session, asked, before=before))
