"""What agents type, by kind: usual things, and the worst that there can be."""

from random import Random

from sqlalchemy import Connection, text

from bench.search_world import COMMON_SKU, OLD_SKU

Queries = dict[str, list[str]]


def queries(connection: Connection, each: int) -> Queries:
    """So many texts of each kind, taken from who is there."""
    random = Random(11)
    people = _sample(connection, random, "customers", "first_name, last_name, email, phone", each)
    orders = _sample(connection, random, "orders", "name, external_id", each)
    parcels = _sample(connection, random, "fulfillments", "order_external_id, tracking", each)
    full = [f"{first} {last}" for first, last, _, _ in people]
    return {
        "full name": full,
        "beginnings of a name": [" ".join(word[:4] for word in name.split()) for name in full],
        "last name": [last for _, last, _, _ in people],
        "common first name": ["Μαρία", "Γιώργος", "Jana", "Anna", "משה", "James"],
        "greek in latin letters": ["maria papadopoulou", "giorgos vlachos", "nikos", "xristos"],
        "latin without accents": ["novakova", "zofie dvorak", "lukasz", "muller", "obrien"],
        "common name and city": ["Μαρία Αθήνα", "Γιώργος Θεσσαλονίκη", "Jana Praha", "James York"],
        "street and city": ["Ερμού 12 Αθήνα", "Hlavní 7 Brno", "High Street London", "הרצל חיפה"],
        "one letter": [*"αμaje7ש", "~"],
        "two letters": ["μα", "γι", "ja", "no", "ma", "zz", "sm", "10"],
        "e-mail": [email for _, _, email, _ in people],
        "beginning of an e-mail": [email[:8] for _, _, email, _ in people],
        "phone": [phone for _, _, _, phone in people],
        "end of a phone": [f"{phone[-8:-4]} {phone[-4:]}" for _, _, _, phone in people],
        "order": [name for name, _ in orders],
        "beginning of an order": [name[1:4] for name, _ in orders],
        "order's id": [external_id for _, external_id in orders],
        "tracking number": [f"JD{int(order) - 5_000_000_000:012}GR" for order, _ in parcels],
        "sku": [f"SKU-{random.randrange(4000):04}-M" for _ in range(each)],
        "common sku": [COMMON_SKU, "tshblkm", "sku"],
        "sku of long ago": [OLD_SKU, "legacy"],
        "common words that nobody has": [
            f"{OLD_SKU} Μαρία",
            f"{OLD_SKU} {COMMON_SKU} Praha",
            "Γιώργος London",
            "James כהן",
            "a ש",
        ],
        "nobody": ["zanzibar", "qqqq", "Μαρία zanzibar", "#99999999", "nobody@nowhere.example"],
    }


def _sample(
    connection: Connection, random: Random, table: str, columns: str, count: int
) -> list[tuple[str, ...]]:
    """Rows from all over a table, whose ids or names are numbered through."""
    if table == "fulfillments":
        rows = connection.execute(text(f"SELECT {columns} FROM {table} LIMIT 20000")).all()
        return [tuple(row) for row in random.sample(rows, min(count, len(rows)))]
    [most] = connection.execute(text(f"SELECT max(id) FROM {table}")).one()
    statement = text(f"SELECT {columns} FROM {table} WHERE id >= :some ORDER BY id LIMIT 1")
    return [
        tuple(connection.execute(statement, {"some": random.randint(1, most)}).one())
        for _ in range(count)
    ]
