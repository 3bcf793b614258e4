"""The API of the report of conversations."""

from flask import Blueprint, Response

from integration.reports.kept import see_report
from ui_embed.api.bodies import json_answer
from ui_embed.reports.pages import asked_of
from ui_embed.request_context import caller, services, single_arguments

api_reports = Blueprint("api_reports", __name__)


@api_reports.get("/api/v1/reports/conversations")
def conversations() -> Response:
    """What conversations came to: `days`, or `from`, `to`; `kind`, `store`, `agent`, `reason`."""
    arguments, who = single_arguments(), caller()
    return json_answer(see_report(services().db, who.workspace_id, asked_of(who, arguments)))
