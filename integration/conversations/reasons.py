"""Why customers write: a merchant's own list, begun with usual reasons in their language."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.conversations.positions import put_in_order
from integration.crm.agents_text import one_line, same_name
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import ContactReason

MOST_REASONS = 60
LONGEST_NAME = 60
# What a list begins with. They are the merchant's from then on, so they are data and no texts of
# ours: nothing translates them later.
USUAL = {
    "en": (
        "Where is my order", "Return or exchange", "Refund", "Damaged or wrong item",
        "Change or cancel an order", "Payment", "Question about a product", "Complaint", "Other",
    ),
    "el": (
        "Πού είναι η παραγγελία μου", "Επιστροφή ή αλλαγή", "Επιστροφή χρημάτων",
        "Ελαττωματικό ή λάθος προϊόν", "Αλλαγή ή ακύρωση παραγγελίας", "Πληρωμή",
        "Ερώτηση για προϊόν", "Παράπονο", "Άλλο",
    ),
    "he": (
        "איפה ההזמנה שלי", "החזרה או החלפה", "החזר כספי", "מוצר פגום או שגוי",
        "שינוי או ביטול הזמנה", "תשלום", "שאלה על מוצר", "תלונה", "אחר",
    ),
    "cs": (
        "Kde je moje objednávka", "Vrácení nebo výměna", "Vrácení peněz",
        "Poškozené nebo nesprávné zboží", "Změna nebo zrušení objednávky", "Platba",
        "Dotaz na zboží", "Stížnost", "Jiné",
    ),
    "pl": (
        "Gdzie jest moje zamówienie", "Zwrot lub wymiana", "Zwrot pieniędzy",
        "Uszkodzony lub niewłaściwy towar", "Zmiana lub anulowanie zamówienia", "Płatność",
        "Pytanie o produkt", "Skarga", "Inne",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason. `is_removed`: it can't be given any more, and stands where it was."""

    id: str
    name: str
    position: int
    is_removed: bool

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def list_reasons(session: WorkspaceSession, *, with_removed: bool = False) -> tuple[Reason, ...]:
    """The reasons in the merchant's order."""
    statement = select(ContactReason).order_by(ContactReason.position, ContactReason.id)
    if not with_removed:
        statement = statement.where(ContactReason.removed_at.is_(None))
    return tuple(_reason(row) for row in session.execute(statement).scalars())


def begin_reasons(session: WorkspaceSession, language: str | None) -> tuple[Reason, ...]:
    """The usual reasons in a language of ours, where the workspace never had any.

    Called when a first channel is made; a merchant who removed all of them gets none again.
    """
    session.lock_workspace()
    if session.execute(select(ContactReason.id).limit(1)).first() is not None:
        return list_reasons(session)
    plain = (language or "").replace("_", "-").partition("-")[0].lower()
    for position, name in enumerate(USUAL.get(plain, USUAL["en"]), 1):
        session.add(ContactReason(name=name, position=position))
    session.flush()
    return list_reasons(session)


def add_reason(session: WorkspaceSession, name: str) -> Reason:
    """Add a reason, the last one; one that was removed comes back. Raises Invalid, Conflict."""
    kept = _name(name)
    session.lock_workspace()
    rows = _all(session)
    for row in rows:
        if same_name(row.name) == same_name(kept):
            if row.removed_at is None:
                raise Conflict("There is such a reason already.", code="name_taken")
            row.removed_at, row.name, row.position = None, kept, _last(rows) + 1
            session.flush()
            return _reason(row)
    if sum(row.removed_at is None for row in rows) >= MOST_REASONS:
        raise Invalid(f"A workspace has at most {MOST_REASONS} reasons.", code="too_many")
    row = ContactReason(name=kept, position=_last(rows) + 1)
    session.add(row)
    session.flush()
    return _reason(row)


def rename_reason(session: WorkspaceSession, reason_id: int, name: str) -> Reason:
    """Give a reason another name, also where it was given. Raises NotFound, Invalid, Conflict."""
    kept = _name(name)
    session.lock_workspace()
    row = _held(session, reason_id)
    for other in _all(session):
        if other.id != row.id and same_name(other.name) == same_name(kept):
            raise Conflict("There is such a reason already.", code="name_taken")
    row.name = kept
    session.flush()
    return _reason(row)


def remove_reason(session: WorkspaceSession, reason_id: int, *, now: datetime) -> Reason:
    """Let a reason be given no more; where it was given it stays. Raises NotFound."""
    session.lock_workspace()
    row = _held(session, reason_id)
    row.removed_at = row.removed_at or now
    session.flush()
    return _reason(row)


def order_reasons(session: WorkspaceSession, reason_ids: list[int]) -> tuple[Reason, ...]:
    """Have them stand in this order. Raises Conflict unless it names each standing one once."""
    session.lock_workspace()
    standing = [row for row in _all(session) if row.removed_at is None]
    if put_in_order(standing, reason_ids) is None:
        raise Conflict("The reasons are others meanwhile. Look at them again.")
    session.flush()
    return list_reasons(session)


def _all(session: WorkspaceSession) -> list[ContactReason]:
    return list(session.execute(select(ContactReason)).scalars())


def _last(rows: list[ContactReason]) -> int:
    return max((row.position for row in rows), default=0)


def _held(session: WorkspaceSession, reason_id: int) -> ContactReason:
    statement = select(ContactReason).where(ContactReason.id == reason_id)
    row = session.execute(statement).scalars().one_or_none()
    if row is None:
        raise NotFound("There is no such reason.")
    return row


def _name(typed: str) -> str:
    name = one_line(typed)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A reason has 1 to {LONGEST_NAME} characters.", code="invalid_name")
    return name


def _reason(row: ContactReason) -> Reason:
    return Reason(str(row.id), row.name, row.position, row.removed_at is not None)
