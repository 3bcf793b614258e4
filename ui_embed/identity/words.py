"""Who vouches for an identity, how far, and who decided: in words for people."""

from flask_babel import lazy_gettext

from integration.agents.directory import first_name
from integration.models.vocabulary import Trust
from ui_embed.agents.names import name_of_viewer
from ui_embed.request_context import caller
from ui_embed.texts import gettext

_TRUST: dict[str, object] = {
    Trust.CLAIMED: lazy_gettext("nothing proves it"),
    Trust.ALIGNED: lazy_gettext("its mail domain vouches for it"),
    Trust.ASSERTED: lazy_gettext("the store says so"),
    Trust.AGENT: lazy_gettext("your team decided"),
    Trust.SIGNED: lazy_gettext("proved by a sign-in"),
}
_WHO: dict[str, object] = {
    "rule": lazy_gettext("a rule"),
    "operator": lazy_gettext("whoever runs Tillside"),
    "api-key": lazy_gettext("an API key"),
    "owner": lazy_gettext("the owner"),
}


def trust_words(trust: str) -> str:
    """How far an identity can be believed."""
    known = _TRUST.get(trust)
    return trust if known is None else str(known)


def who_words(made_by: str) -> str:
    """Who decided or wrote something, by the name that the audit keeps of them."""
    kind, _, number = made_by.partition(":")
    if made_by == caller().viewer:
        return gettext("you")
    if kind == "agent" or kind.endswith("-staff"):
        name = name_of_viewer(made_by)
        if name is not None and name != first_name(made_by):
            return name
    if kind.endswith("-staff"):
        return gettext("staff member %(number)s", number=number)
    known = _WHO.get(kind)
    return made_by if known is None else str(known)
