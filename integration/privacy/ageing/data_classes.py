"""The classes of what is kept: what each covers, its own time, and what a merchant may choose.

It imports nothing of ours, so that whatever forgets something takes its time from here.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

# Why some of it is never forgotten, or only with what it belongs to.
_AS_STORE = "It mirrors the store: what the store deletes or has erased goes here too."


@dataclass(frozen=True, slots=True)
class DataClass:
    """A class of data and its time.

    `default_days` None keeps it until it is erased, or as long as what it belongs to. A merchant
    may choose from `least` to `most` days, and None where `may_be_kept`; without `least` nothing.
    `ages`: `ageing.forgetting` forgets it; what others forget, or nothing does, `remark` tells.
    `is_personal`: customers' own, so that a receipt says when some of it went.
    """

    name: str
    title: str
    covers: str
    default_days: int | None
    least: int | None = None
    most: int | None = None
    may_be_kept: bool = False
    ages: bool = False
    is_personal: bool = False
    remark: str = ""

    @property
    def is_changeable(self) -> bool:
        """Whether a merchant may choose its time."""
        return self.least is not None

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self) | {"is_changeable": self.is_changeable}


CLASSES: Final[tuple[DataClass, ...]] = (
    DataClass(
        "store_copy",
        "Orders and customers",
        "Accounts, orders, their parts and persons, notes and tags, what people are found by",
        None,
        remark=f"As long as the store has them. {_AS_STORE}",
    ),
    DataClass(
        "conversations",
        "Resolved conversations",
        "Words, addresses, files and cases of conversations that were resolved; figures stay",
        None,
        least=90,
        most=3650,
        may_be_kept=True,
        ages=True,
        is_personal=True,
        remark="Counted from the last message. Tax law may ask for letters about orders for years.",
    ),
    DataClass(
        "attachments",
        "Files of resolved conversations",
        "Files that came with messages or were sent; the words stay",
        None,
        least=30,
        most=3650,
        may_be_kept=True,
        ages=True,
        is_personal=True,
        remark="Counted from the day of the file. Never later than the conversation itself.",
    ),
    DataClass(
        "visitors",
        "Visitors of the chat who wrote nothing",
        "Name, address and account of a browser that never began a conversation",
        90,
        least=1,
        most=730,
        ages=True,
        is_personal=True,
        remark="Counted from the last visit. Who wrote is kept with the conversation.",
    ),
    DataClass(
        "visits",
        "Page and cart of the chat's visitors",
        "The page that a visitor looked at and the cart, told with consent only",
        30,
        least=1,
        most=365,
        ages=True,
        is_personal=True,
        remark="Counted from the last visit.",
    ),
    DataClass(
        "profile_views",
        "Who looked at whom",
        "Which agent looked at which person, when and where; no customer's data",
        730,
        least=365,
        most=3650,
        ages=True,
        remark="It proves that nobody looked without need: at least a year.",
    ),
    DataClass(
        "audit_events",
        "Who changed what",
        "Sign-ins, settings, exports and erasures by name of the agent; no customer's data",
        730,
        least=365,
        most=3650,
        ages=True,
        remark="It proves who did what: at least a year.",
    ),
    DataClass(
        "people_exports",
        "Which lists of people were taken out",
        "Who took out how many people as a file, and when; not the file",
        730,
        least=365,
        most=3650,
        ages=True,
        remark="It proves where data went: at least a year.",
    ),
    DataClass(
        "person_exports",
        "A person's data made ready to be handed out",
        "The sealed file of a request for data",
        7,
        ages=True,
        is_personal=True,
        remark="Fixed. It can be made again while the request is open.",
    ),
    DataClass(
        "privacy_requests",
        "Requests for privacy that are done",
        "What was asked, when, and what came of it; not whom it was about",
        1095,
        least=365,
        most=3650,
        ages=True,
        remark="Claims run out after three years in most of the EU.",
    ),
    DataClass(
        "parked_arrivals",
        "Mails and calls that nobody could read",
        "What came in by a channel and was parked, sealed",
        90,
        ages=True,
        is_personal=True,
        remark="Fixed: long enough to have it mended. The row stays and says why.",
    ),
    DataClass(
        "deliveries",
        "Bodies of webhooks",
        "What stores sent, sealed, for looking up and replaying",
        30,
        remark="Fixed, by `webhooks.prune`. What they told stays in the copy of the store.",
    ),
    DataClass(
        "parked_deliveries",
        "Bodies of webhooks that nobody could read",
        "The same, parked, until somebody mends them",
        90,
        remark="Fixed, by `webhooks.prune`.",
    ),
    DataClass(
        "uploads",
        "Files of answers that nobody sent",
        "What an agent added to an answer and left",
        2,
        remark="Fixed, by `mail.tidy`.",
    ),
    DataClass(
        "sessions",
        "Sessions",
        "Who is signed in, from which browser",
        30,
        remark="At most; they end earlier by themselves, by `install.sweep_sessions`.",
    ),
    DataClass(
        "sign_in",
        "Sign-ins that failed or were begun",
        "Keyed hashes of addresses; challenges and links",
        7,
        remark="At most, by `agents.sweep`.",
    ),
    DataClass(
        "suggestions",
        "What suggestions rest on",
        "Clues that two persons may be one, and what people are found by",
        None,
        remark="Worked out anew from the persons; gone with them.",
    ),
    DataClass(
        "staff",
        "Agents",
        "Name, address, signature and ways to sign in of the merchant's staff",
        None,
        remark="Until the workspace ends: what they did stays theirs.",
    ),
    DataClass(
        "workspace",
        "What the merchant wrote",
        "Segments, canned answers, cases, rules, names of stores",
        None,
        remark="Until the merchant deletes it, or the workspace ends.",
    ),
    DataClass(
        "proofs",
        "Receipts and marks of erasures",
        "What was done, and keyed hashes of who was erased; nobody can be told from them",
        None,
        remark="For good: a re-read store or a restored backup would bring the person back.",
    ),
    DataClass(
        "moments",
        "What passes",
        "Queued jobs, live news, presence and limits in Valkey: ids, for seconds to a day",
        1,
        remark="At most; it ends by itself.",
    ),
    DataClass(
        "operators",
        "Logs and backups",
        "Logs without customers' data; copies of the database",
        None,
        remark="As long as the operator keeps them; a restored copy is erased again at once.",
    ),
    DataClass(
        "browser",
        "Drafts in an agent's browser",
        "Answers that are being written, until they are sent or dropped",
        30,
        remark="In the browser alone; it forgets by itself.",
    ),
)

BY_NAME: Final[dict[str, DataClass]] = {each.name: each for each in CLASSES}


def days_of(name: str) -> int:
    """The days of a class whose time is fixed, or its default. Raises KeyError for one without."""
    days = BY_NAME[name].default_days
    if days is None:
        raise KeyError(f"{name} has no time of its own")
    return days
