"""Privacy in a merchant's words: requests, what is held, receipts, refusals."""

from datetime import timedelta

from flask_babel import lazy_gettext

from integration.errors import AppError
from integration.privacy.requests.asking import STOPPED
from integration.privacy.requests.overview import RequestSeen
from integration.privacy.requests.timer import CAME_BACK
from ui_embed.formats import Formats
from ui_embed.texts import gettext, ngettext
from ui_embed.words import Status, Tone

_KINDS: dict[str, object] = {
    "data_request": lazy_gettext("A person's data"),
    "customer_redact": lazy_gettext("Erase a person"),
    "shop_redact": lazy_gettext("Erase a store's copy"),
}
_ICONS = {"data_request": "download", "customer_redact": "person", "shop_redact": "store"}
_SOURCES: dict[str, object] = {
    "store": lazy_gettext("asked by the store"),
    "plugin": lazy_gettext("asked in the store's admin"),
    "merchant": lazy_gettext("asked here"),
    "timer": lazy_gettext("the store left"),
}
_OUTCOMES: dict[str, tuple[object, Tone, str]] = {
    "exported": (lazy_gettext("handed out"), "good", "check"),
    "erased": (lazy_gettext("erased"), "good", "check"),
    "store_erased": (lazy_gettext("erased"), "good", "check"),
    "older_erased": (lazy_gettext("erased what was older"), "good", "check"),
    "nothing_held": (lazy_gettext("nothing was held"), "plain", "check"),
    STOPPED: (lazy_gettext("taken back"), "plain", "back"),
    CAME_BACK: (lazy_gettext("the store came back"), "plain", "plug"),
}
_HELD: dict[str, object] = {
    "accounts": lazy_gettext("Accounts"),
    "identities": lazy_gettext("Addresses and numbers"),
    "orders": lazy_gettext("Orders"),
    "conversations": lazy_gettext("Conversations"),
    "visits": lazy_gettext("Visits in the chat"),
    "notes": lazy_gettext("Notes"),
    "own_tags": lazy_gettext("Tags"),
    "files": lazy_gettext("Files"),
}
_RECEIPTS: dict[str, object] = {
    "person_erased": lazy_gettext("A person was erased"),
    "store_erased": lazy_gettext("A store's copy was erased"),
    "older_erased": lazy_gettext("What a store had before it left was erased"),
    "nothing_held": lazy_gettext("Nothing was held"),
    "data_exported": lazy_gettext("A person's data was handed out"),
    "aged_out": lazy_gettext("Data went whose time was over"),
    "restored": lazy_gettext("A backup was put back, and erased again"),
}
_REFUSALS: dict[str, object] = {
    "not_an_email": lazy_gettext("That isn't an e-mail address that we can use."),
    "not_typed": lazy_gettext("Type it exactly as it stands there."),
    "conflict": lazy_gettext("It has begun, or is over: nothing was changed."),
    "gone": lazy_gettext("This file has expired, or the person was erased meanwhile."),
    "no_number": lazy_gettext("Type a whole number of days."),
    "fixed": lazy_gettext("How long this is kept can't be changed."),
}


def kind_words(kind: str) -> str:
    """What is asked for."""
    return _word(_KINDS, kind)


def kind_icon(kind: str) -> str:
    """Its sign."""
    return _ICONS.get(kind, "dot")


def source_words(source: str) -> str:
    """Who asked, but for a name."""
    return _word(_SOURCES, source)


def held_words(kind: str) -> str:
    """What a kind of things is called."""
    return _word(_HELD, kind)


def receipt_words(kind: str) -> str:
    """What a receipt says was done."""
    return _word(_RECEIPTS, kind)


def refusal_words(error: AppError) -> str:
    """Why something wasn't done."""
    known = _REFUSALS.get(error.code)
    if error.code == "out_of_bounds" and "least" in error.details:
        bounds = {"least": error.details["least"], "most": error.details["most"]}
        return gettext("Choose from %(least)s to %(most)s days.", **bounds)
    return gettext("That didn't work. Please try again.") if known is None else str(known)


def stands(one: RequestSeen, figures: Formats, *, is_ready: bool) -> Status:
    """How an open request stands, in a few words."""
    if one.state == "ready":
        if is_ready:
            return Status(gettext("ready to fetch"), "good", "download")
        return Status(gettext("the file has expired"), "warn", "clock")
    if one.is_overdue:
        return Status(gettext("late"), "bad", "alert")
    return Status(_goes_on(one, figures), "info", "clock")


def _goes_on(one: RequestSeen, figures: Formats) -> str:
    if one.not_before is not None and one.not_before > figures.now:
        begins = figures.ago(one.not_before)
        if one.source == "timer":
            return gettext("erased %(when)s, unless it returns", when=begins)
        return gettext("begins %(when)s", when=begins)
    if one.kind == "data_request":
        return gettext("being made ready")
    return gettext("being done now")


def ended(one: RequestSeen) -> Status:
    """What came of a request."""
    known = _OUTCOMES.get(one.outcome or "")
    if known is not None:
        return Status(str(known[0]), known[1], known[2])
    if one.state == "done":
        return Status(gettext("done"), "good", "check")
    return Status(gettext("refused"), "plain", "cross")


def due_words(one: RequestSeen, figures: Formats) -> str:
    """When it has to be done, in a few words."""
    if one.is_overdue:
        late = figures.span(max(figures.now - one.due_at, timedelta(minutes=1)))
        return gettext("was due %(span)s ago", span=late)
    left = one.due_at - figures.now
    if left >= timedelta(days=1):
        # What was asked a moment ago has its whole time.
        days = (left + timedelta(hours=1)).days
        return ngettext("due in %(num)s day", "due in %(num)s days", days)
    return gettext("due %(when)s", when=figures.ago(one.due_at))


def notes() -> dict[str, str]:
    """What was done just now, in a sentence."""
    return {
        "data": gettext("It is being made ready. You can fetch it here in a moment."),
        "erasure": gettext("It begins in 24 hours. Until then you can take it back."),
        "stopped": gettext("It is taken back. Nothing was erased."),
        "hurried": gettext("It begins now."),
        "again": gettext("It is being made ready again."),
        "kept": gettext("It is kept. The next night takes what is too old."),
    }


def _word(words: dict[str, object], word: str) -> str:
    known = words.get(word)
    return word.replace("_", " ") if known is None else str(known)
