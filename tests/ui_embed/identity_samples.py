"""How the sample people are known, as their page tells it."""

from integration.crm.evidence import Evidence, Known
from integration.crm.records import Context, ContextIdentity
from integration.identity.keys import Key
from integration.models.vocabulary import Trust
from tests.ui_embed.samples import STORE, days
from ui_embed.identity.part import IdentityPart


def identity(context: Context) -> IdentityPart:
    """All that is known of that person, and nothing decided."""
    who = context.profile
    found = tuple(_evidence(each) for each in who.identities)
    known = Known(int(who.id), found, (), 0, ())
    return IdentityPart(known, history=(), older_before=None, suggestions=(), told=None)


def _evidence(each: ContextIdentity) -> Evidence:
    is_asserted = each.evidence == "store"
    return Evidence(
        kind=each.kind,
        value=each.value,
        key=Key(each.kind, each.value),
        trust=Trust.ASSERTED if is_asserted else Trust.CLAIMED,
        evidence=each.evidence,
        links=each.verified and each.kind in ("email", "guest_phone"),
        store=STORE.name,
        name=None,
        told_by="account" if is_asserted else "order",
        told_name=None if is_asserted else "#1042",
        source="webhook",
        delivery_id=None,
        at=days(90),
        ruled=None,
    )
