"""The classes of what is kept in a merchant's words, and their times."""

from flask_babel import lazy_gettext

from integration.privacy.ageing.retention import Retention
from ui_embed.formats import Formats
from ui_embed.texts import gettext, ngettext

_DAYS_OF_A_YEAR = 365

NAMES: dict[str, object] = {
    "store_copy": lazy_gettext("Orders and customers"),
    "conversations": lazy_gettext("Resolved conversations"),
    "attachments": lazy_gettext("Files of resolved conversations"),
    "visitors": lazy_gettext("Visitors of the chat who wrote nothing"),
    "visits": lazy_gettext("Page and cart of the chat's visitors"),
    "profile_views": lazy_gettext("Who looked at whom"),
    "audit_events": lazy_gettext("Who did what"),
    "people_exports": lazy_gettext("Which files of people were taken out"),
    "person_exports": lazy_gettext("A person's data, ready to be fetched"),
    "privacy_requests": lazy_gettext("Requests for privacy that are done"),
    "parked_arrivals": lazy_gettext("Messages that nobody could read"),
    "deliveries": lazy_gettext("What stores sent, as it came"),
    "parked_deliveries": lazy_gettext("What stores sent and nobody could read"),
    "uploads": lazy_gettext("Files of answers that nobody sent"),
    "sessions": lazy_gettext("Sign-ins of your team"),
    "sign_in": lazy_gettext("Sign-ins that failed or were begun"),
    "suggestions": lazy_gettext("What suggestions rest on"),
    "staff": lazy_gettext("Your team"),
    "workspace": lazy_gettext("What you wrote and set up"),
    "proofs": lazy_gettext("Receipts and marks of erasures"),
    "moments": lazy_gettext("What passes, like who types"),
    "operators": lazy_gettext("Logs and backups"),
    "browser": lazy_gettext("Drafts in an agent's browser"),
}
# What goes, for those whose time a merchant chooses.
TOLD: dict[str, object] = {
    "conversations": lazy_gettext(
        "Words, addresses and files go, counted from the last message; figures stay. Tax law may "
        "ask you to keep letters about orders for years."
    ),
    "attachments": lazy_gettext("Files go, counted from their day; the words stay."),
    "visitors": lazy_gettext("Name and address of who never began a conversation."),
    "visits": lazy_gettext("What was looked at and put in the cart, told with consent only."),
    "profile_views": lazy_gettext("It proves that nobody looked without need: a year at least."),
    "audit_events": lazy_gettext("It proves who did what: a year at least."),
    "people_exports": lazy_gettext("It proves where data went: a year at least."),
    "privacy_requests": lazy_gettext("What was asked and done, not about whom: a year at least."),
}
_UNTIL: dict[str, object] = {
    "store_copy": lazy_gettext("as long as the store has them"),
    "suggestions": lazy_gettext("as long as the persons"),
    "staff": lazy_gettext("until the workspace ends"),
    "workspace": lazy_gettext("until the workspace ends"),
    "proofs": lazy_gettext("for good; they name nobody"),
    "operators": lazy_gettext("up to whoever runs Tillside"),
}


def class_name(name: str) -> str:
    """What a class of data is called."""
    known = NAMES.get(name)
    return name if known is None else str(known)


def class_told(name: str) -> str:
    """What goes of it, '' where nobody chooses when."""
    known = TOLD.get(name)
    return "" if known is None else str(known)


def kept_for(one: Retention, figures: Formats) -> str:
    """How long a class is kept, in words."""
    if one.days is None:
        known = _UNTIL.get(one.name)
        return gettext("until it is erased") if known is None else str(known)
    return days_words(one.days, figures)


def days_words(days: int, figures: Formats) -> str:
    """A number of days, whole years as years."""
    if days and days % _DAYS_OF_A_YEAR == 0:
        years = days // _DAYS_OF_A_YEAR
        return ngettext("%(num)s year", "%(num)s years", years)
    return figures.days(days)
