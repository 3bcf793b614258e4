"""Letters as customers write them: five languages, files, pages, replies, old charsets."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

_BEGUN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_WORDS = {
    "en": ("Where is my order?", "Hello, my parcel hasn't come yet. Can you look?", "Thank you"),
    "el": ("Πού είναι η παραγγελία μου;", "Καλησπέρα, το δέμα δεν ήρθε ακόμα.", "Ευχαριστώ"),
    "he": ("איפה ההזמנה שלי?", "שלום, החבילה עוד לא הגיעה. אפשר לבדוק?", "תודה"),
    "cs": (
        "Kde je moje objednávka?",
        "Dobrý den, balík ještě nepřišel. Kde je?",
        "Děkuji",
    ),
    "pl": (
        "Gdzie jest moje zamówienie?",
        "Dzień dobry, paczka jeszcze nie dotarła.",
        "Dziękuję",
    ),
}
_OLD_CHARSETS = {
    "en": "iso-8859-1",
    "el": "windows-1253",
    "he": "windows-1255",
    "cs": "iso-8859-2",
    "pl": "windows-1250",
}
_QUOTED = {
    "en": "On Sunday, Shop wrote:",
    "el": "Στις 22/11/2026 ο Shop έγραψε:",
    "he": "בתאריך 22.11.2026 מאת Shop:",
    "cs": "Dne 22. 11. 2026 Shop napsal(a):",
    "pl": "W dniu 22.11.2026 Shop napisał(a):",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, and the word in it that stands in no other."""

    mark: str
    raw: bytes
    answers: str | None = None


def letters(count: int, seed: int = 1) -> Iterator[Letter]:
    """So many letters; about every fifth answers an earlier one of the same sender."""
    chosen = random.Random(seed)
    earlier: list[tuple[int, str]] = []
    for number in range(count):
        language = list(_WORDS)[number % len(_WORDS)]
        answers = chosen.choice(earlier) if earlier and chosen.random() < 0.2 else None
        if answers is not None:
            language = list(_WORDS)[answers[0] % len(_WORDS)]
        yield _letter(number, language, answers, chosen)
        if answers is None:
            earlier = [*earlier[-200:], (number, f"letter-{number}@customers.example")]


def _letter(
    number: int, language: str, answers: tuple[int, str] | None, chosen: random.Random
) -> Letter:
    mark = f"mark{number:06d}"
    subject, text, thanks = _WORDS[language]
    sender = answers[0] if answers is not None else number
    mail = EmailMessage()
    mail["Received"] = f"from mx{chosen.randrange(9)}.customers.example by mail.tillside.test"
    mail["From"] = f"Customer {sender} <customer{sender}@customers.example>"
    mail["To"] = "Shop <shop@tillside.test>"
    mail["Subject"] = subject if answers is None else f"Re: {subject}"
    mail["Date"] = format_datetime(_BEGUN + timedelta(seconds=number))
    mail["Message-ID"] = f"<letter-{number}@customers.example>"
    if answers is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{answers[1]}>"
    body = f"{text if answers is None else thanks}\n\n{mark}\n"
    if answers is not None:
        body += f"\n{_QUOTED[language]}\n> {text}\n"
    _fill(mail, body, language, number, chosen)
    return Letter(mark, mail.as_bytes(), answers[1] if answers is not None else None)


def _fill(mail: EmailMessage, body: str, language: str, number: int, chosen: random.Random) -> None:
    kind = number % 6
    if kind == 1:
        mail.set_content(body, charset=_OLD_CHARSETS[language], cte="8bit")
        return
    mail.set_content(body)
    if kind in (2, 3):
        lines = "".join(f"<p>{line}</p>" for line in body.splitlines() if line)
        direction = "rtl" if language == "he" else "ltr"
        mail.add_alternative(f'<div dir="{direction}">{lines}</div>', subtype="html")
    if kind in (3, 4):
        data = b"\xff\xd8\xff" + chosen.randbytes(chosen.randrange(2_000, 30_000))
        mail.add_attachment(data, maintype="image", subtype="jpeg", filename=f"φωτο {number}.jpg")
