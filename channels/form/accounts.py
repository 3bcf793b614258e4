"""What a merchant sets up for a contact form."""

from collections.abc import Mapping
from typing import Any

from channels.records import Account, Field

_LONGEST_TEXT = 280
ASKING = ("no", "optional", "required")


class FormAccounts:
    """The port's Accounts for a form. It has no secrets and nothing to try out.

    `title` and `thanks` stand on the form and after it, empty for our own words. The name, the
    order's number and a subject are asked for as chosen; an address and a text always.
    """

    fields: tuple[Field, ...] = (
        Field("title", "text", is_required=False),
        Field("thanks", "text", is_required=False),
        Field("asks_name", "choice", choices=ASKING, default="optional"),
        Field("asks_order", "choice", choices=ASKING, default="optional"),
        Field("asks_subject", "choice", choices=ASKING, default="optional"),
        Field("takes_files", "switch", is_required=False, default=True),
    )

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The settings of a filled form, and no secrets. Raises ValueError with a sentence."""
        settings: dict[str, Any] = {}
        for field in self.fields:
            value = given.get(field.name)
            if field.kind == "text":
                settings[field.name] = _text(value)
            elif field.kind == "switch":
                settings[field.name] = bool(given.get(field.name, field.default))
            else:
                settings[field.name] = str(value or field.default)
                if settings[field.name] not in field.choices:
                    raise ValueError(f"Choose one of {', '.join(field.choices)}.")
        return settings, {}

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """None: a form stands where the shop puts it."""
        return None

    def check(self, account: Account) -> None:
        """Nothing: there is nobody to ask."""


def _text(value: Any) -> str:
    text = str(value or "").strip()
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"A text is longer than {_LONGEST_TEXT} characters.")
    return text
