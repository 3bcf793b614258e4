"""The words that say what a number is, in the five languages of our merchants.

They are compared without accents and case (`folded`), so they stand here like that; in Greek a
final sigma as any other.
"""

import re
import unicodedata

_ORDER = (
    "orders?",
    "παραγγελι(?:α|ασ|εσ|ων)",
    "παραγγ",
    "[והבלמכש]{0,3}הזמנ(?:ה|ות|תך|תכם)",
    "objednav(?:ka|ky|ce|ku|kou|ek|kach|kam)",
    "obj",
    "zamowieni(?:e|a|u|em|ach|ami)",
    "zamowien",
    "zam",
)
_ONE_ORDER = "order|παραγγελιασ?|הזמנה|objednavk[au]|zamowienie"
_SEVERAL_ORDERS = (
    "orders|παραγγελι(?:εσ|ων)|[והבלמכש]{0,3}הזמנות|objednav(?:ky|ek|kach|kam)"
    "|zamowieni(?:a|ach|ami)|zamowien"
)
_NUMBER = (
    "numbers?|no|nos|nr|num|id|ids|ref|reference|code",
    "αριθμ(?:οσ|ο|ου|οι|ουσ|ων)|αρ|αριθ|νουμερ[οα]|νο|κωδικοσ?|κωδ",
    "[והבלמכש]{0,2}מספר(?:ה|ו|י)?|מס|קוד",
    "cisl(?:o|a|em|u)|c|kod(?:em)?",
    "numer(?:y|u|em|ze|ami)?|kodem",
)
# What may stand between the word and its number.
_BETWEEN = (
    "is|was|are|my|your|the|with",
    "μου|σασ|με|ειναι|ηταν|τον|την|το|τισ|τησ|του|η|ο|υπ",
    "שלי|שלך|שלכם|היא|הוא|את|של",
    "je|jsou|moje|ma|mou|s|vase|pod",
    "jest|moje|mojego|o|pod|sa",
)
# Numbers of something else.
_OTHER = (
    "invoices?|inv|tickets?|cases?|items?|products?|sku|models?|articles?|rooms?|flat|apt|apartment",
    "suite|unit|floor|building|house|street|st|road|rd|avenue|ave|box|tel|phone|mobile|mob|cell|fax",
    "call|pin|version|pages?|customers?|clients?|zip|postcode|vat|serial|size|discount|coupon|coupons",
    "voucher|card|account|iban|bank|bus|flight|episode|part|line|step|top|rank|since|year",
    "τιμολογι(?:ο|ου|α)|αποδειξη|προιον|προιοντοσ|οδοσ|οδου|οροφοσ|τηλ|τηλεφωνο|κινητο|κιν|τκ|αφμ",
    "πελατησ|πελατη|μοντελο|διαμερισμα|δωματιο|κουπονι|σελιδα|μεγεθοσ|ετοσ",
    "חשבונית|מוצר|דגם|רחוב|דירה|קומה|טל|טלפון|נייד|פקס|לקוח|מיקוד|קופון|עמוד|חדר|מידה|שנת|בית",
    "faktur(?:a|y|u|e|ou)|produkt(?:u|em)?|zbozi|ulice|telefon|mobil|psc|ico|dic|zakaznik|pokoj",
    "patro|strana|velikost|kupon|rok|roku|model",
    "faktur[aey]|fakture|towar|ulica|ul|telefonu?|kom|kod pocztowy|nip|klient|pokoj|pietro|strona",
    "rozmiar|kuponu?|mieszkanie|m|lok|dom",
)
_TRACKING = (
    "track(?:ing)?|parcel|package|shipment|consignment|waybill|awb|courier|voucher",
    "αποστολησ?|δεματοσ?|δεμα|κουριερ|courier|βαουτσερ|φορτωτικη",
    "[והבלמכש]{0,3}מעקב|[והבלמכש]{0,3}משלוח|[והבלמכש]{0,3}חבילה|שטר",
    "zasilk(?:a|y|u|ou|ce)|zasilek|balik(?:u|em)?|sledovani|sledovaci",
    "przesylk(?:a|i|e|a)|przesylce|paczk(?:a|i|e|a)|paczce|sledzenia|listu|list przewozowy",
)
_UNITS = (
    "%|€|\\$|£|₪|eur|euros?|usd|gbp|ils|nis|pln|czk|dollars?|pounds?|cents?",
    "ευρω|λεπτα|\\u05e9[\"'״׳]*\\u05d7|שקל|שקלים|אירו|zl|zlotych|zlote|grosz[yea]?|kc|korun[ay]?|kcs",
    "kg|g|gr|mg|l|ml|cl|cm|mm|m|m2|km|x|pcs?|pieces|times|days?|hours?|minutes?|people|items|units",
    "τεμ|τεμαχι(?:α|ο|ων)|κιλ[αο]|ημερεσ|μερεσ|ωρεσ|φορεσ|יחידות|יח|ימים|שעות|קג|פעמים",
    "ks|kusu|kusy|dni|dnu|hodin|krat|szt|sztuk|sztuki|godzin|razy|osob",
)
_MONEY_BEFORE = (
    "€|\\$|£|₪|eur|usd|gbp|ils|nis|pln|czk|price|paid|pay|cost|costs|total|amount|sum",
    "τιμη|πληρωσα|ποσο|συνολο|κοστοσ|מחיר|שילמתי|סכום|עלה|cena|cenu|zaplatil[a]?|castka|castku",
    "kwot[ayeę]|zaplacil[ae]m|x|\\+",
)
_WANTS = "to|can|could|i|we|you|please|would|will|may|they|d"
_AND = "and|or|και|η|ו|או|a|i|nebo|ci|lub|oraz|plus"


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


def folded(text: str) -> str:
    """Without accents and case."""
    parts = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(each for each in parts if unicodedata.category(each) != "Mn").casefold()


_STROKES = str.maketrans("łŁđĐ", "lLdD")
_PUNCTUATION = r"[\s:.,;=#()\[\]\"'«»„“”״׳/*_-]*"
_HEBREW_PREFIX = r"(?:[\u05d0-\u05ea]{1,3}-\s*)?"
_START = r"(?<![^\W_])"
_STOP = r"(?![^\W_])"

# All of these are matched against what stands before a number, up to it.
AN_ORDER = re.compile(
    rf"{_START}{_any(*_ORDER)}{_STOP}(?P<between>{_PUNCTUATION}"
    rf"(?:{_any(*_NUMBER, *_BETWEEN)}{_STOP}{_PUNCTUATION}){{0,4}}{_HEBREW_PREFIX})$"
)
# In Polish "to" is "is".
A_NUMBER_IS = re.compile(rf"{_START}(?:nr|numer) zamowieni(?:a|e) to:?\s*$")
A_NUMBER_WORD = re.compile(rf"{_START}{_any(*_NUMBER)}{_STOP}|[:#=]")
WANTED = re.compile(rf"{_START}(?:{_WANTS})\s+orders?{_STOP}[^\w#]*$")
SOMETHING_ELSE = re.compile(
    rf"{_START}{_any(*_OTHER)}{_STOP}{_PUNCTUATION}(?:{_any(*_NUMBER)}{_STOP}{_PUNCTUATION})?$"
)
A_PARCEL = re.compile(
    rf"{_START}{_any(*_TRACKING)}{_STOP}{_PUNCTUATION}"
    rf"(?:{_any(*_NUMBER, *_BETWEEN)}{_STOP}{_PUNCTUATION}){{0,4}}$"
)
MONEY_BEFORE = re.compile(rf"(?:{_START}{_any(*_MONEY_BEFORE)}|[€$£₪+×])\s?:?\s?$")
A_CODE = re.compile(
    rf"{_START}(?:codes?|coupon|κωδικοσ?|κουπονι|[והבל]{{0,2}}קוד|kod(?:em)?){_PUNCTUATION}$"
)
# This against what is joined to a number before it (`č.12`, `order1042`, `ה-1042`).
A_LEAD = re.compile(
    rf"(?:{_any(*_ORDER)}[-_./\\]?|{_any(*_NUMBER)}[-_./\\]|n[ro]|[\u05d0-\u05ea]{{1,3}}-)"
)
# And these against what follows it.
AN_ORDER_AFTER = re.compile(rf"^[ \"'-]{{0,2}}(?:{_ONE_ORDER}){_STOP}")
A_UNIT = re.compile(rf"^\s?(?:[%€$£₪×]|{_any(*_UNITS)}{_STOP})")
# And this against what stands between two numbers.
A_LIST = re.compile(rf"^[\s,;/&+]*(?P<and>(?:{_AND}){_STOP}[\s,]*)?-?#?$")
SEVERAL_ORDERS = re.compile(rf"{_START}(?:{_SEVERAL_ORDERS}){_STOP}")
