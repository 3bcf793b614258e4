"""What we write to customers by ourselves, in their language; outside of any request."""

import gettext
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date

from integration.conversations.outgoing.automatic_settings import LANGUAGES

FOLDER = Path(__file__).parents[2] / "translations"
# Quotations of others' words are taken out of a line and put on one of their own.
_ISOLATED = "\u2068{}\u2069"


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", FOLDER, [locale], fallback=True)


class Words:
    """The texts in one language; English where there is none."""

    def __init__(self, locale: str | None) -> None:
        told = (locale or "").partition("-")[0].partition("_")[0].lower()
        self.locale = told if told in LANGUAGES else "en"
        self._catalogue = _catalogue(self.locale)

    def say(self, text: str, **values: object) -> str:
        """A text in this language, `%(name)s` filled in."""
        return self._catalogue.gettext(text) % values

    def say_many(self, one: str, many: str, number: int, **values: object) -> str:
        """The same for a number of things, `%(number)s`."""
        return self._catalogue.ngettext(one, many, number) % {"number": number, **values}

    def receipt(self, shop: str, within_hours: int | None) -> tuple[str, str]:
        """The subject and the text of a receipt."""
        say = self.say
        lines = [
            say("Hello,"),
            say("thank you for writing to %(shop)s. We have your message.", shop=shop),
        ]
        if within_hours is not None:
            lines.append(
                self.say_many(
                    "We will answer within %(number)s hour.",
                    "We will answer within %(number)s hours.",
                    within_hours,
                )
                if within_hours < 48
                else self.say_many(
                    "We will answer within %(number)s day.",
                    "We will answer within %(number)s days.",
                    within_hours // 24,
                )
            )
        else:
            lines.append(say("We will answer as soon as we can."))
        lines.append(say("If you want to add something, just answer this mail."))
        return say("We have your message"), "\n\n".join(lines)

    def quoted(self, text: str, at: datetime, name: str) -> str:
        """An earlier message as an answer quotes it, with the line that says whose it is."""
        date = format_date(at, "long", locale=self.locale)
        head = self.say("On %(date)s, %(name)s wrote:", date=date, name=_ISOLATED.format(name))
        return "\n".join([head, *(f"> {line}".rstrip() for line in text.splitlines())])
