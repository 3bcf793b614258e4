"""Names, streets and cities in five languages, as unevenly spread as people's are."""

from dataclasses import dataclass
from random import Random

_FIRST = {
    "GR": "Μαρία Γιώργος Ελένη Δημήτρης Κωνσταντίνος Αικατερίνη Νίκος Βασιλική Παναγιώτης Σοφία"
    " Χρήστος Άννα Ευαγγελία Ιωάννης Αγγελική Μιχάλης Ειρήνη Σπύρος Ευγενία Στέφανος Ξένια Μπάμπης",
    "IL": "משה שרה דוד רחל יוסף מרים אברהם אסתר נועם תמר איתי יעל אורי מיכל עומר נועה דניאל שירה"
    " ג'ורג' אביגיל",
    "CZ": "Jana Jiří Marie Jan Eva Petr Anna Josef Hana Pavel Věra Martin Lenka Tomáš Kateřina"
    " Jaroslav Lucie Miroslav Alena Zdeněk Žofie Řehoř",
    "PL": "Anna Piotr Katarzyna Krzysztof Maria Andrzej Małgorzata Tomasz Agnieszka Paweł Barbara"
    " Jan Ewa Michał Krystyna Marcin Elżbieta Łukasz Zofia Stanisław",
    "GB": "James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Barbara"
    " Richard Susan Joseph Jessica Thomas Sarah Anne-Marie Seán Zoë Chloë",
}
_LAST = {
    "GR": "Παπαδόπουλος Παπαδοπούλου Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Πέτρου Χατζηδάκης"
    " Ιωάννου Δημητρίου Κωνσταντίνου Οικονόμου Μακρής Αθανασίου Ντίνος Ψαρράς Ξενάκης",
    "IL": "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן אזולאי מלכה כץ יוסף דוד עמר אוחיון חדד"
    " בן־דוד גולדברג",
    "CZ": "Novák Nováková Svoboda Svobodová Dvořák Dvořáková Černý Procházka Kučera Veselý Horák"
    " Němec Pokorný Marek Růžička Fiala Šťastný Žák",
    "PL": "Nowak Kowalski Kowalska Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński"
    " Szymański Woźniak Dąbrowski Kozłowski Jankowski Łoś Żak",
    "GB": "Smith Jones Taylor Brown Williams Wilson Johnson Davies O'Brien Robinson Wright"
    " Thompson Evans Walker White Smith-Jones Müller Nguyen",
}
_STREETS = {
    "GR": "Ερμού Πατησίων Σταδίου Ακαδημίας Τσιμισκή Εγνατία",
    "IL": "הרצל דיזנגוף אלנבי רוטשילד ביאליק ויצמן",
    "CZ": "Hlavní Nádražní Školní Žižkova Masarykova Husova",
    "PL": "Polna Leśna Słoneczna Krótka Szkolna Ogrodowa",
    "GB": "High-Street Station-Road Church-Lane Park-Road Victoria-Road Green-Lane",
}
_CITIES = {
    "GR": "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο Λάρισα",
    "IL": "ירושלים חיפה אשדוד נתניה באר־שבע",
    "CZ": "Praha Brno Ostrava Plzeň Liberec",
    "PL": "Warszawa Kraków Łódź Wrocław Poznań",
    "GB": "London Manchester Leeds Bristol York",
}
_CALLING = {"GR": "+3069", "IL": "+97250", "CZ": "+42060", "PL": "+4850", "GB": "+4477"}
COUNTRIES = tuple(_CALLING)
# Endings that make of some last names some thousands, as there are.
_MORE = ("", "ov", "ak", "er", "ini", "as", "es", "is", "ko", "man", "el", "on", "ar", "ev", "os")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who buys."""

    first_name: str
    last_name: str
    country: str
    street: str
    city: str
    postal_code: str
    phone: str


def somebody(random: Random, number: int) -> Somebody:
    """A person; common names are as common as they are among people."""
    country = random.choices(COUNTRIES, (35, 15, 20, 15, 15))[0]
    last = _unevenly(random, _LAST[country].split())
    if random.random() < 0.7:
        last += random.choice(_MORE) + random.choice(_MORE)
    code = f"{random.randrange(10, 99)}{random.randrange(1000):03}"
    return Somebody(
        _unevenly(random, _FIRST[country].split()),
        last,
        country,
        random.choice(_STREETS[country].split()).replace("-", " "),
        _unevenly(random, _CITIES[country].split()),
        f"{code[:3]} {code[3:]}" if country in ("GR", "CZ") else code,
        f"{_CALLING[country]}{number % 10_000_000:07}",
    )


def _unevenly(random: Random, names: list[str]) -> str:
    """One of them; each is half as common as the one some places before."""
    return names[min(int(random.expovariate(4 / len(names))), len(names) - 1)]
