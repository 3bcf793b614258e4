"""What came in and couldn't be read: why, and trying it once more."""

from typing import Any

from flask import Blueprint, Response

from integration.conversations.incoming.parked import TriedAgain, parked_arrivals, try_again
from integration.errors import Conflict, NotFound
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.screen import answered, number_of, page, reading
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext

arrival_pages = Blueprint("inbox_arrivals", __name__, url_prefix="/settings/inbox/arrivals")


@arrival_pages.get("")
@staff_page
def listed() -> Any:
    """The newest first, without a word of what they say."""
    return _page()


@arrival_pages.post("/<arrival_id>/retry")
@staff_page
def retry(arrival_id: str) -> Response:
    """Read it again, here and now."""
    try:
        done = try_again(services(), caller().workspace_id, number_of(arrival_id))
    except NotFound:
        return answered(_page(gettext("It was read meanwhile.")), "inbox_arrivals.listed")
    except Conflict:
        refusal = gettext("Not all of it is kept. Look for it in its mailbox.")
        return _page(refusal=refusal, status=409)
    if not done.is_done:
        return _page(refusal=gettext("It still can't be read."), status=422)
    return answered(_page(gettext("It was read."), done), "inbox_arrivals.listed")


def _page(
    note: str | None = None,
    done: TriedAgain | None = None,
    *,
    refusal: str | None = None,
    status: int = 200,
) -> Response:
    with reading() as session:
        parked = parked_arrivals(session, services().now())
    return page(
        "inbox_arrivals",
        status,
        part="arrivals",
        parked=parked,
        note=note,
        done=done,
        refusal=refusal,
    )
