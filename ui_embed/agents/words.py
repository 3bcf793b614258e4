"""What is said to agents about themselves: roles, states, and why something can't be."""

from flask_babel import lazy_gettext

from integration.errors import AppError
from integration.models.vocabulary import AgentStatus, Role
from ui_embed.texts import gettext
from ui_embed.words import Status

ROLES: dict[str, object] = {
    Role.OWNER: lazy_gettext("Owner"),
    Role.ADMIN: lazy_gettext("Administrator"),
    Role.AGENT: lazy_gettext("Agent"),
    Role.READ_ONLY: lazy_gettext("Only looks"),
}
WHAT_ROLES_MAY: dict[str, object] = {
    Role.OWNER: lazy_gettext("Everything: stores, files of people, other owners too."),
    Role.ADMIN: lazy_gettext("Sets up channels, rules and agents, and answers."),
    Role.AGENT: lazy_gettext("Answers, writes notes and tags, joins profiles."),
    Role.READ_ONLY: lazy_gettext("Reads everything and changes nothing."),
}
_REFUSALS: dict[str, object] = {
    "wrong_password": lazy_gettext("This address and password don't fit together."),
    "wrong_passkey": lazy_gettext("This passkey doesn't open anything here."),
    "too_many_requests": lazy_gettext("There were too many tries just now. Wait a little."),
    "busy": lazy_gettext("Too many people sign in at this moment. Try again."),
    "elsewhere": lazy_gettext("Please sign in on this page."),
    "oidc_late": lazy_gettext("That took too long, or was begun in another browser. Try again."),
    "oidc_refused": lazy_gettext("What came back doesn't prove who you are. Try again."),
    "oidc_unknown": lazy_gettext(
        "Nobody here was invited by that account's address. Ask whoever manages your team."
    ),
    "oidc_taken": lazy_gettext("That account is bound to a colleague of yours already."),
    "oidc_bound": lazy_gettext("Another account is bound already. Remove it first."),
    "last_way": lazy_gettext(
        "You couldn't sign in any more: this is your last way in. Add another one first."
    ),
    "provider_failed": lazy_gettext("The sign-in service doesn't answer. Try again in a minute."),
    "password_short": lazy_gettext("A password needs at least 10 characters."),
    "password_long": lazy_gettext("This password is too long: 200 characters at most."),
    "name_missing": lazy_gettext("A name is missing."),
    "name_long": lazy_gettext("The name is too long: 80 characters at most."),
    "name_odd": lazy_gettext("The name holds a character that can't be shown."),
    "signature_long": lazy_gettext("The signature is too long: 2000 characters at most."),
    "signature_odd": lazy_gettext("The signature holds a character that can't be shown."),
    "not_an_email": lazy_gettext("That isn't an e-mail address that we can use."),
    "email_taken": lazy_gettext("Somebody of your team has this address already."),
    "unknown_role": lazy_gettext("Choose a role."),
    "last_owner": lazy_gettext("A workspace needs an owner. Let somebody else be one first."),
    "oneself": lazy_gettext("You can't shut yourself out. Ask somebody else."),
    "no_sign_in": lazy_gettext("Nobody can sign in as this agent: they have no address here."),
    "has_owner": lazy_gettext("This workspace has an owner by now."),
    "capacity_odd": lazy_gettext("That isn't a number of conversations."),
    "forbidden": lazy_gettext("Only an owner can do this."),
    "too_many_passkeys": lazy_gettext("There are too many passkeys. Remove one first."),
    "passkey_late": lazy_gettext("That took too long. Try again."),
    "passkey_refused": lazy_gettext("This passkey can't be kept. Try again, or another device."),
}


# At which field of a form it stands; at the form where at none.
_FIELDS = {
    "name_missing": "name",
    "name_long": "name",
    "name_odd": "name",
    "signature_long": "signature",
    "signature_odd": "signature",
    "not_an_email": "email",
    "email_taken": "email",
    "unknown_role": "role",
    "password_short": "password",
    "password_long": "password",
    "capacity_odd": "capacity",
}


def refusals_of(error: AppError | None, **fields: str) -> dict[str, str]:
    """Why a form was refused, by the field that it is about; `fields` names others by code."""
    if error is None:
        return {}
    field = fields.get(error.code) or _FIELDS.get(error.code, "all")
    return {field: refusal_words(error)}


def refusal_words(error: AppError) -> str:
    """Why somebody isn't in, in the reader's language."""
    known = _REFUSALS.get(error.code)
    return gettext("That didn't work. Please try again.") if known is None else str(known)


def refusal_of_code(code: str) -> str | None:
    """A refusal's words by its code, None for a code that isn't one of these."""
    return str(_REFUSALS[code]) if code in _REFUSALS else None


def role_word(role: str) -> str:
    """A role in a word."""
    known = ROLES.get(role)
    return role if known is None else str(known)


def agent_status(status: str) -> Status:
    """Whether somebody comes in, in a word."""
    return {
        str(AgentStatus.INVITED): Status(gettext("invited"), "info", "clock"),
        str(AgentStatus.DISABLED): Status(gettext("shut out"), "plain", "lock"),
    }.get(status, Status(gettext("active"), "good", "check"))
