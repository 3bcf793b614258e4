"""What a workspace has us write by itself: the form of `InboxSettings.automatic`.

    {"acknowledge": true, "answer_within_hours": 24, "signature": {"en": "…", "el": "…"}}

Nothing is written by itself unless the merchant says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import InboxSettings

LANGUAGES = ("en", "el", "he", "cs", "pl")
LONGEST_SIGNATURE = 2000
MOST_HOURS = 24 * 14


@dataclass(frozen=True, slots=True)
class AutomaticMails:
    """`acknowledge`: a receipt for the first mail of a conversation.

    `answer_within_hours` is what it promises, None for no promise. `signature` ends all of them, by
    language.
    """

    acknowledge: bool = False
    answer_within_hours: int | None = None
    signature: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the settings keep it."""
        return {
            "acknowledge": self.acknowledge,
            "answer_within_hours": self.answer_within_hours,
            "signature": dict(self.signature),
        }


NONE = AutomaticMails()


def automatic_mails(session: WorkspaceSession) -> AutomaticMails:
    """What the workspace wants."""
    statement = select(InboxSettings.automatic)
    kept = session.execute(statement).scalar_one_or_none()
    return NONE if kept is None else checked_mails(kept)


def checked_mails(given: Mapping[str, Any]) -> AutomaticMails:
    """What was given, if it is right. Raises Invalid with a sentence."""
    hours = given.get("answer_within_hours")
    if hours is not None and not (isinstance(hours, int) and 1 <= hours <= MOST_HOURS):
        raise Invalid(f"Promise an answer within 1 to {MOST_HOURS} hours, or nothing.")
    told = given.get("signature") or {}
    if not isinstance(told, Mapping) or not all(
        name in LANGUAGES and isinstance(text, str) and len(text) <= LONGEST_SIGNATURE
        for name, text in told.items()
    ):
        raise Invalid(f"A signature is a text of at most {LONGEST_SIGNATURE} characters.")
    kept = {name: text.strip() for name, text in told.items() if text.strip()}
    return AutomaticMails(bool(given.get("acknowledge")), hours, kept)
