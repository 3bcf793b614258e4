"""Receipts: one with its facts, and the whole chain for whoever checks it independently."""

from flask import Blueprint, Response
from sqlalchemy import select

from integration.errors import NotFound
from integration.models import Receipt
from integration.privacy.receipts import VERSION
from integration.privacy.requests.overview import receipts_of
from ui_embed import screens
from ui_embed.api.bodies import json_answer, our_id
from ui_embed.entrance import staff_page
from ui_embed.privacy.receipt_words import amount_words, counted, facts_words
from ui_embed.privacy.words import receipt_words
from ui_embed.request_context import caller, formats, services, single_arguments

privacy_receipts = Blueprint("privacy_receipts", __name__)

_A_PAGE = 50


@privacy_receipts.get("/settings/privacy/receipts")
@staff_page
def listed() -> Response:
    """The receipts, the newest first, before `before=`."""
    before = our_id(single_arguments().get("before", ""))
    with services().db.workspace(caller().workspace_id) as session:
        found = receipts_of(session, before=before, limit=_A_PAGE + 1)
    shown = found[:_A_PAGE]
    return screens.page(
        "screens/privacy_receipts.html",
        receipts=shown,
        older=shown[-1].sequence if len(found) > _A_PAGE else None,
        receipt_words=receipt_words,
        counted=counted,
        section="settings",
    )


@privacy_receipts.get("/settings/privacy/receipts/<sequence>")
@staff_page
def one(sequence: str) -> Response:
    """One receipt with all that it tells."""
    number = our_id(sequence)
    with services().db.workspace(caller().workspace_id) as session:
        found = () if number is None else receipts_of(session, before=number + 1, limit=1)
        row = session.get(Receipt, (session.workspace_id, number)) if found else None
    if row is None:
        raise NotFound("There is no such receipt.")
    figures = formats(caller().store)
    return screens.page(
        "screens/privacy_receipt.html",
        receipt=found[0],
        amounts=counted(found[0].kind, found[0].counts, figures),
        amount_words=amount_words(found[0].kind),
        facts=facts_words(found[0].facts, figures),
        body=row.body,
        previous=bytes(row.previous).hex(),
        receipt_words=receipt_words,
        section="settings",
    )


@privacy_receipts.get("/settings/privacy/receipts.json")
@staff_page
def chain() -> Response:
    """The chain as JSON: each digest is SHA-256 of the one before it and the body's bytes."""
    with services().db.workspace(caller().workspace_id) as session:
        rows = session.execute(select(Receipt).order_by(Receipt.sequence)).scalars().all()
    told = {
        "format": "tillside-receipts",
        "version": VERSION,
        "workspace_id": str(caller().workspace_id),
        "receipts": [
            {
                "sequence": row.sequence,
                "body": row.body,
                "previous": bytes(row.previous).hex(),
                "digest": bytes(row.digest).hex(),
                "seal": bytes(row.seal).hex(),
            }
            for row in rows
        ],
    }
    answer = json_answer(told)
    day = services().now().date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="tillside-receipts-{day}.json"'
    return answer
