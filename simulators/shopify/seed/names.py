"""People and places in the languages of the shops' customers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """Names as (native, Latin for addresses), places as (city, postcode, province, its code)."""

    locale: str
    country: str
    country_code: str
    dial: str
    first: tuple[tuple[str, str], ...]
    last: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str, str | None, str | None], ...]
    carriers: tuple[str, ...]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in (pair.split("/") for pair in text.split()))


GREECE = Region(
    "el", "Greece", "GR", "+3069",
    _pairs("Γιώργος/giorgos Μαρία/maria Ελένη/eleni Κώστας/kostas Νίκος/nikos Σοφία/sofia "
           "Αικατερίνη/katerina Δημήτρης/dimitris Ιωάννα/ioanna Παναγιώτης/panagiotis "
           "Ευάγγελος/vangelis Χρυσούλα/chrysoula"),
    _pairs("Παπαδόπουλος/papadopoulos Οικονόμου/oikonomou Γεωργίου/georgiou "
           "Αντωνίου/antoniou Κωνσταντινίδης/konstantinidis Βλάχος/vlachos "
           "Μακρής/makris Ζαφειρίου/zafeiriou Τσιτσιπάς/tsitsipas Ξενάκης/xenakis"),
    ("Ερμού 12", "Λεωφόρος Κηφισίας 104", "Τσιμισκή 45", "25ης Αυγούστου 7", "Αγίου Ανδρέου 88"),
    (("Αθήνα", "10563", None, None), ("Θεσσαλονίκη", "54622", None, None),
     ("Ηράκλειο", "71202", None, None), ("Πάτρα", "26221", None, None)),
    ("ACS Courier", "DHL Express"),
)  # fmt: skip
ISRAEL = Region(
    "he", "Israel", "IL", "+9725",
    _pairs("נועם/noam תמר/tamar יעל/yael אורי/uri שירה/shira דוד/david מיכל/michal איתי/itay"),
    _pairs("כהן/cohen לוי/levi מזרחי/mizrahi פרץ/peretz ביטון/biton אברהם/avraham שפירא/shapira"),
    ("רחוב הרצל 14", "שדרות רוטשילד 61", "דרך בן גוריון 3"),
    (("תל אביב-יפו", "6688114", None, None), ("חיפה", "3303138", None, None),
     ("ירושלים", "9414109", None, None)),
    ("Israel Post", "DHL Express"),
)  # fmt: skip
CZECHIA = Region(
    "cs", "Czech Republic", "CZ", "+4207",
    _pairs("Tomáš/tomas Kateřina/katerina Jiří/jiri Zdeňka/zdenka Ondřej/ondrej Šárka/sarka "
           "Lukáš/lukas Eliška/eliska"),
    _pairs("Dvořák/dvorak Novotná/novotna Procházka/prochazka Černý/cerny Růžičková/ruzickova "
           "Šťastný/stastny Kučera/kucera"),
    ("Vodičkova 699/28", "Dlouhá třída 12", "Masarykova 31"),
    (("Praha 1", "110 00", None, None), ("Brno", "602 00", None, None),
     ("Plzeň", "301 00", None, None)),
    ("Balíkovna", "Zásilkovna"),
)  # fmt: skip
POLAND = Region(
    "pl", "Poland", "PL", "+486",
    _pairs("Zofia/zofia Łukasz/lukasz Małgorzata/malgorzata Paweł/pawel Agnieszka/agnieszka "
           "Grzegorz/grzegorz Świętosława/swietoslawa Jędrzej/jedrzej"),
    _pairs("Wiśniewska/wisniewska Wójcik/wojcik Kamiński/kaminski Brzęczyszczykiewicz/brzecz "
           "Zając/zajac Dąbrowska/dabrowska Łuczak/luczak"),
    ("ul. Marszałkowska 84/92", "ul. Świętokrzyska 20", "al. Jerozolimskie 11"),
    (("Warszawa", "00-514", None, None), ("Kraków", "31-042", None, None),
     ("Łódź", "90-301", None, None)),
    ("InPost", "DHL Express"),
)  # fmt: skip
BRITAIN = Region(
    "en", "United Kingdom", "GB", "+4479",
    _pairs("Oliver/oliver Amelia/amelia Harry/harry Siân/sian Seán/sean Zoë/zoe Jack/jack"),
    _pairs("Smith/smith O'Connor/oconnor Baker/baker MacDonald/macdonald Khan/khan Évans/evans"),
    ("221B Baker Street", "14 High Street", "Flat 3, 9 King's Road"),
    (("London", "NW1 6XE", "England", "ENG"), ("Cardiff", "CF10 1EP", "Wales", "WLS"),
     ("Edinburgh", "EH1 1YZ", "Scotland", "SCT")),
    ("Royal Mail", "DHL Express"),
)  # fmt: skip
AMERICA = Region(
    "en", "United States", "US", "+1503555",
    _pairs("Emma/emma Liam/liam Olivia/olivia Noah/noah Ava/ava José/jose"),
    _pairs("Johnson/johnson Williams/williams García/garcia Nguyen/nguyen Brown/brown"),
    ("1420 NW Lovejoy St", "77 Massachusetts Ave", "500 Pine St Apt 4"),
    (("Portland", "97209", "Oregon", "OR"), ("Seattle", "98101", "Washington", "WA"),
     ("Cambridge", "02139", "Massachusetts", "MA")),
    ("DHL Express",),
)  # fmt: skip
JAPAN = Region(
    "ja", "Japan", "JP", "+8190",
    _pairs("花子/hanako 太郎/taro さくら/sakura 健一/kenichi 美咲/misaki"),
    _pairs("佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 渡辺/watanabe"),
    ("神宮前1-2-3", "河原町通四条上ル"),
    (("渋谷区", "150-0001", "Tokyo", "JP-13"), ("京都市", "604-8026", "Kyoto", "JP-26")),
    ("Yamato",),
)  # fmt: skip
KUWAIT = Region(
    "ar", "Kuwait", "KW", "+9655",
    _pairs("فاطمة/fatima أحمد/ahmad نورة/noura خالد/khaled"),
    _pairs("العنزي/alanzi الصباح/alsabah المطيري/almutairi"),
    ("شارع سالم المبارك 12", "شارع الخليج العربي 40"),
    (("مدينة الكويت", "13001", None, None), ("السالمية", "22001", None, None)),
    ("DHL Express",),
)  # fmt: skip

LONG_SURNAME = "Παπαχριστοδουλογεωργακοπουλοκωνσταντινοχατζηδημητρακόπουλους"
"""Sixty Greek letters."""
