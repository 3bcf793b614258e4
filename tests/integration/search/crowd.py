"""Some people of five languages, and who is found by what: on either database."""

from dataclasses import dataclass
from typing import Any

from platforms.records import AddressRecord, TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import customer, line, order, parcel, told

HOME = AddressRecord(
    name="Μαρία Παπαδοπούλου",
    line1="Ερμού 12",
    city="Θεσσαλονίκη",
    postal_code="546 24",
    country_code="GR",
)


@dataclass(frozen=True, slots=True)
class One:
    """Somebody with one order, `seconds` after the others."""

    number: int
    first_name: str
    last_name: str | None
    email: str | None
    account: dict[str, Any]
    order: dict[str, Any]


PEOPLE = (
    One(
        1,
        "Μαρία",
        "Παπαδοπούλου",
        "maria.papad@firma.gr",
        {"phone": "+306941234567", "address": HOME},
        {"shipping_address": HOME},
    ),
    One(2, "מֹשֶׁה", "כהן־לוי", "moshe@example.co.il", {"phone": "+972501234567"}, {}),
    One(
        3,
        "Žofie",
        "Nováková",
        None,
        {},
        {
            "billing_address": AddressRecord(
                line1="Hlavní 12/4a", city="Plzeň", postal_code="110 00"
            )
        },
    ),
    One(4, "Łukasz", "Żak", "lukasz_zak+shop@gmail.com", {}, {"name": "#EN-1042"}),
    One(
        5,
        "Anne-Marie",
        "O'Brien",
        "info@muller-gmbh.example",
        {},
        {
            "lines": (line(sku="TSH-BLK-M"),),
            "fulfillments": (parcel(tracking=(TrackingRecord("DHL", "JD01 4600-1234", None),)),),
        },
    ),
    One(6, "Jürgen", "Weiß", None, {}, {"shipping_address": AddressRecord(company="Süd & Söhne")}),
    One(7, "Yannis", "Xatzidakis", "gx@example.gr", {}, {"phone": "+302101234567"}),
    One(8, "Ada", "Lovelace", "ada.lovelace@example.com", {}, {"email": "gift@example.org"}),
)

FOUND = {
    "μαρια": (1,),
    "ΠΑΠΑΔΟΠΟΎΛΟΥ": (1,),
    "papadopoulou": (1,),
    "papadopulu maria": (1,),
    "papadopo": (1,),
    "Θεσσαλονικη": (1,),
    "thessaloniki": (1,),
    "thesaloniki ermou": (1,),
    "546 24": (1,),
    "54624": (1,),
    "משה": (2,),
    "כהן": (2,),
    "לוי": (2,),
    "כהן לוי": (2,),
    "zofie": (3,),
    "novak": (3,),
    "ŽOFIE nov": (3,),
    "hlavni 12/4a": (3,),
    "plzen 110 00": (3,),
    "lukasz zak": (4,),
    "Łuk": (4,),
    "lukasz_zak": (4,),
    "lukasz_zak+shop@gmail.com": (4,),
    "shop": (4,),
    "gmail": (),
    "#EN-1042": (4,),
    "en1042": (4,),
    "1042": (4,),
    "anne marie": (5,),
    "anne-marie": (5,),
    # Μαρία sounds as it begins.
    "marie": (5, 1),
    "annemarie": (5,),
    "obrien": (5,),
    "O’Brien": (5,),
    "brien": (),
    "TSH-BLK-M": (5,),
    "tsh-blk": (5,),
    "tshblkm": (5,),
    "TSH-BLK-L": (),
    "jd01 4600 1234": (),
    "JD014600": (5,),
    "jd01-4600": (5,),
    "@muller-gmbh.example": (5,),
    "muller": (5,),
    "jurgen weiss": (6,),
    "juergen": (6,),
    "soehne": (6,),
    "suedx": (),
    "χατζιδάκης": (7,),
    "Γιάννης": (7,),
    "hatzidakis": (),
    "6941234567": (1,),
    "+30 694 123 4567": (1,),
    "0694 1234567": (1,),
    "4123 4567": (1,),
    "050-123 4567": (2,),
    "0501234567": (2,),
    "1234567": (7, 2, 1),
    "234567": (7, 2, 1),
    "34567": (),
    "gift@example.org": (8,),
    "gift@": (8,),
    "ada lovelace": (8,),
    "ada μαρία": (),
    "lovelace ada.": (8,),
    "mug-b": (8, 7, 6, 4, 3, 2, 1),
}
"""Who is found by a text, by number, who ordered last first."""


def tell(mirror: Mirror) -> None:
    """Have all of them buy, one after the other."""
    for one in PEOPLE:
        account = customer(
            str(one.number),
            seconds=1,
            first_name=one.first_name,
            last_name=one.last_name,
            email=one.email,
            **one.account,
        )
        bought: dict[str, Any] = {"email": one.email, "customer_external_id": str(one.number)}
        bought |= {"name": f"#{5000 + one.number}", "placed_at": account.updated_at}
        bought["placed_at"] = account.updated_at.replace(second=10 + one.number)
        mirror.take(told(account), told(order(str(900 + one.number), 2, **(bought | one.order))))
