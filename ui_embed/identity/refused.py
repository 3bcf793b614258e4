"""Why persons can't be joined or parted, in words for people."""

from dataclasses import dataclass

from integration.errors import AppError, Conflict, NotFound
from ui_embed.texts import gettext


@dataclass(frozen=True, slots=True)
class LinkRefusal:
    """What happened, and what to do."""

    title: str
    text: str


def refusal_of(error: AppError) -> LinkRefusal:
    """The words for a use case's refusal."""
    if error.code == "reason_too_long":
        return LinkRefusal(
            gettext("The reason is too long"),
            gettext("Nothing was changed. Say it in fewer words."),
        )
    if isinstance(error, NotFound):
        return LinkRefusal(
            gettext("This isn't here any more"),
            gettext("Somebody changed it meanwhile. Look at the person again."),
        )
    if isinstance(error, Conflict):
        return LinkRefusal(
            gettext("This has changed meanwhile"),
            gettext("Somebody decided something else since, or the store told news. Look again."),
        )
    return LinkRefusal(
        gettext("That can't be done"),
        gettext("Nothing was changed. Look at the person again."),
    )


def one_already() -> LinkRefusal:
    """That two are one person."""
    return LinkRefusal(
        gettext("They are one person already"),
        gettext("Everything of both is on one page. There is nothing to join."),
    )
