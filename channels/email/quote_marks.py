"""How mail programs announce what they quote, in English, Greek, Hebrew, Czech and Polish.

Lines are compared in NFC, without direction marks and with plain spaces. An announcement stands at
the beginning of a line, ends with a colon, and names a time or an address: a sentence like "On
Monday she wrote:" has to bring a digit too.
"""

import re
import unicodedata

_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ADDRESS = r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?"
_DAY = r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}"

# Each may span a few lines that were joined by a space; the longest are some 300 characters.
_ANNOUNCEMENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Gmail, Apple Mail, Thunderbird, Yahoo, Outlook for Mac, in English.
        r"on\b.{4,280}\b(?:wrote|writes)\s*:",
        rf"(?:on\b.{{4,200}}|.{{0,80}}){_ADDRESS}\s*(?:\(.{{0,40}}\)\s*)?(?:wrote|writes)\s*:",
        r".{2,120}\bwrote on .{6,80}:",
        # Greek: "Στις Τρί 12 Μαρ 2024 στις 10:22 π.μ., ο/η Νίκος <n@x.gr> έγραψε:".
        r"(?:στις|την|τη|το|ο/η|ο χρήστης|η|ο)\s.{2,280}\bέγραψε(?:\s+.{0,80})?\s*:",
        r".{2,200}\bέγραψε\s+(?:στις|την)\s.{4,80}:",
        # Hebrew: "ב-12 במרץ 2024, בשעה 10:22, דנה כתב/ה:", and Gmail's with "מאת".
        r"(?:ב|בתאריך|ביום|בתאריך יום|מאת)[\s\u05be\u2011-]?.{2,280}"
        r"(?:כתב/ה|כתב\(ה\)|כתבה|כתב|כתב/ת|כתבו|נכתב)(?:\s+.{0,40})?\s*:",
        rf"(?:בתאריך|ב)[\s\u05be\u2011-].{{4,200}}(?:מאת|,)\s.{{0,100}}{_ADDRESS}\s*:",
        r"בתאריך\s.{4,200}מאת\s.{1,120}:",
        # Czech: "út 12. 3. 2024 v 10:22 odesílatel Jan <j@x.cz> napsal:", "Dne … napsal(a):".
        r"(?:dne|den|po|út|st|čt|pá|so|ne|odesílatel|uživatel)\b.{2,280}"
        r"\b(?:napsal|napsala|napsal\(a\)|napsal/a|píše|psal|psala)(?:\s+.{0,60})?\s*:",
        rf".{{2,120}}{_ADDRESS}\s+(?:napsal|napsala|napsal\(a\))(?:\s+dne\s.{{4,60}})?\s*:",
        # Polish: "W dniu 12.03.2024 o 10:22, Jan pisze:", "wt., 12 mar 2024 … napisał(a):".
        r"(?:w dniu|dnia|dn\.|pon\.?|wt\.?|śr\.?|czw\.?|pt\.?|sob\.?|niedz\.?|nd\.?|użytkownik)"
        r"[\s,].{2,280}\b(?:pisze|napisał|napisała|napisał\(a\)|napisał/a|pisał|pisała)"
        r"(?:\s+.{0,60})?\s*:",
        r"wiadomość napisana przez .{2,160}\b(?:w dniu|dnia)\b.{4,80}:",
        rf".{{2,120}}{_ADDRESS}\s+(?:napisał|napisała|napisał\(a\)|pisze)(?:\s+.{{0,60}})?\s*:",
        # Whatever the language: a date, then an address in angles, then the colon.
        rf"(?:[^\W\d]{{1,12}}\.?,?\s+)?(?:{_DAY}|\d{{1,2}}\.?\s[^\W\d]{{3,12}}\.?\s\d{{4}})"
        rf".{{0,160}}<[^\s<>@]+@[^\s<>@]+>\s*:",
        # A date, then somebody, then the word.
        rf"(?:{_DAY}|\d{{1,2}}\.?\s[^\W\d]{{3,14}}\.?\s\d{{4}}).{{0,200}}"
        r"(?:wrote|έγραψε|כתב/ה|כתב|כתבה|napsal\(a\)|napsal|napsala|napisał\(a\)|napisał|napisała)\s*:",
        r".{2,120}\bschrieb am .{4,60}:",
        # Neighbours' customers: German, French, Russian, Ukrainian, Slovak, Romanian, Italian.
        r"(?:am|le|el|il|il giorno|dňa|în|на)\b.{4,280}"
        r"\b(?:schrieb|a écrit|escribió|ha scritto|napísal\(a\)|napísal|a scris)\b.{0,80}:",
        r".{6,200}\b(?:пишет|написал|написала|написал\(а\)|пише)\s*:",
    )
)
# Yahoo's on telephones goes on with the quoted text in the same line.
_ANNOUNCED_WITHIN = re.compile(
    rf".{{4,200}}{_ADDRESS}\s*(?:wrote|έγραψε|כתב/ה|napsal\(a\)|napisał\(a\)):\s{{2,}}\S",
    re.IGNORECASE,
)
_LONGEST_ANNOUNCEMENT = 420
_MOST_LINES = 4

_ORIGINAL = (
    r"original (?:message|appointment)|reply message|αρχικό μήνυμα|αρχικο μηνυμα|הודעה מקורית"
    r"|ההודעה המקורית|původní (?:zpráva|e-?mail|email)|puvodni zprava|pôvodná správa"
    r"|oryginalna wiadomość|wiadomość oryginalna|oryginał wiadomości|treść oryginalnej wiadomości"
    r"|ursprüngliche nachricht|message d'origine|исходное сообщение"
)
_FORWARD = (
    r"forwarded message|begin forwarded message|προωθημένο μήνυμα|μήνυμα που προωθήθηκε"
    r"|έναρξη προωθημένου μηνύματος|הודעה שהועברה|הודעה מועברת|תחילת הודעה שהועברה"
    r"|přeposlaná zpráva|přeposlan[ýá] e-?mail|začátek přeposlané zprávy|předaná zpráva"
    r"|przekazana wiadomość|wiadomość przekazana(?: dalej)?|treść przekazanej wiadomości"
    r"|początek przekazywanej wiadomości|forwarded by"
)
_RULED = r"[\s*>]*(?:[-_=~—–]{{2,}}\s*)(?:{0})\b.{{0,80}}"
_ORIGINAL_LINE = re.compile(_RULED.format(_ORIGINAL), re.IGNORECASE)
_FORWARD_LINE = re.compile(rf"{_RULED.format(_FORWARD)}|(?:{_FORWARD})\s*:\s*", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:[_—–]{5,}|-{8,}|\*{8,}|={8,})\s*")

# The labels of a quoted header, by what they stand for.
_LABELS = {
    "from": r"from|von|de|από|απο|מאת|od|nadawca|odesílatel|от|от кого|wysłane przez",
    "date": r"sent|date|gesendet|datum|στάλθηκε|ημερομηνία|αποστολή|απεσταλμένα|נשלח|נשלחה|תאריך"
    r"|odesláno|odoslané|dátum|data|wysłano|wysłane|data wysłania|дата|отправлено|envoyé",
    "to": r"to|an|à|προς|אל|לכבוד|komu|pro|do|adresat|кому",
    "cc": r"cc|κοιν\.?|κοινοποίηση|עותק|העתק|kopie|kopia|dw|udw|копия",
    "subject": r"subject|betreff|objet|θέμα|נושא|předmět|predmet|temat|tytuł|тема",
}
_LABEL = re.compile(
    r"[\s*_>]{0,8}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
    + r")[\s*_]{0,3}:",
    re.IGNORECASE,
)

_DEVICE = re.compile(
    r"(?:[-–—]{1,2}\s*)?(?:"
    r"(?:sent|get) (?:from|with|via|outlook)\b|sent using\b|yahoo mail:|outlook (?:for|για|עבור)\b"
    r"|(?:στάλθηκε|εστάλη|απεστάλη|αποστολή|λήψη) (?:από|με|μέσω|του)\b|αποκτήστε το outlook"
    r"|(?:נשלח|הורד|קבל) (?:מ|את|מה|באמצעות)|נשלח מ"
    r"|(?:odesláno|posláno|odoslané|odesílám) (?:z|ze|prostřednictvím|přes|pomocí)\b"
    r"|získejte outlook|stáhnout outlook"
    r"|(?:wysłan[eoy]|pobierz|uzyskaj) (?:z|ze|za pomocą|przez|przy|aplikację|outlook)\b"
    r").{0,100}",
    re.IGNORECASE,
)


def plain(line: str) -> str:
    """A line as it is compared."""
    return _MARKS.sub("", unicodedata.normalize("NFC", line)).replace("\xa0", " ").strip()


def announces(lines: list[str], at: int) -> int:
    """How many lines from there on announce a quotation: 0 for none. Lines are plain."""
    beginning = lines[at][:_LONGEST_ANNOUNCEMENT]
    if "@" in beginning and _ANNOUNCED_WITHIN.match(beginning):
        return 1
    joined = ""
    for count in range(1, _MOST_LINES + 1):
        if at + count > len(lines) or not lines[at + count - 1]:
            return 0
        joined = f"{joined} {lines[at + count - 1]}".strip()
        if len(joined) > _LONGEST_ANNOUNCEMENT:
            return 0
        if joined.endswith((":", "：")) and is_announcement(joined):
            return count
    return 0


def is_announcement(joined: str) -> bool:
    """Whether that is somebody said to have written something at some time."""
    text = joined.replace("：", ":").strip("*_ ")
    says_when_or_who = any(character.isdigit() for character in text) or "@" in text
    return says_when_or_who and any(each.fullmatch(text) for each in _ANNOUNCEMENTS)


def is_original_line(line: str) -> bool:
    """Whether a line says that the original message follows."""
    return _ORIGINAL_LINE.fullmatch(line) is not None


def is_forward_line(line: str) -> bool:
    """Whether a line says that a forwarded message follows."""
    return _FORWARD_LINE.fullmatch(line) is not None


def is_rule(line: str) -> bool:
    """Whether a line is a rule, as Outlook puts before a quoted header."""
    return _RULE.fullmatch(line) is not None


def is_device_line(line: str) -> bool:
    """Whether a line tells from which telephone or program it was sent."""
    return _DEVICE.fullmatch(line) is not None


def heads(lines: list[str], at: int) -> bool:
    """Whether a quoted header begins there: who, and two of when, to whom, about what."""
    first = _LABEL.match(lines[at])
    if first is None or first.lastgroup != "from":
        return False
    kinds = {"from"}
    blank = 0
    for line in lines[at + 1 : at + 14]:
        found = _LABEL.match(line)
        if found is not None and found.lastgroup is not None:
            kinds.add(found.lastgroup)
            blank = 0
        elif not line:
            blank += 1
            if blank > 1:
                break
        elif not line.startswith("<") and "@" not in line:
            # A long list of recipients goes on; anything else is the body.
            break
    return len(kinds) >= 3 and bool(kinds & {"date", "subject"})
