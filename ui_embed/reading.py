"""The door's way to the use cases that read people: who asks comes from the caller alone."""

from collections.abc import Mapping

from integration.crm.context import Viewer, see_context
from integration.crm.records import Context
from integration.crm.subject import Subject
from integration.errors import Invalid, NotFound
from integration.search.find import search_profiles
from integration.search.found import FoundProfile
from integration.services import Services
from ui_embed.auth import Caller

SUBJECT_PARAMETERS = ("customer", "order", "email", "phone")
MOST_PEOPLE = 25
_LONGEST_VALUE = 320
_LONGEST_ID = 18


def subject_of(arguments: Mapping[str, str]) -> Subject | None:
    """Whom a query asks about, None when it asks about nobody. Raises Invalid for several."""
    asked = {name: arguments[name].strip() for name in SUBJECT_PARAMETERS if name in arguments}
    store = (arguments.get("store") or "").strip() or None
    if not asked:
        return None
    if len(asked) > 1:
        raise Invalid(f"Ask by one of {', '.join(SUBJECT_PARAMETERS)}.")
    ((name, value),) = asked.items()
    if not value or len(value) > _LONGEST_VALUE or len(store or "") > _LONGEST_VALUE:
        raise Invalid(f"The parameter {name} is empty or too long.")
    return Subject(
        customer=value if name == "customer" else None,
        order=value if name == "order" else None,
        email=value if name == "email" else None,
        phone=value if name == "phone" else None,
        store=store,
    )


def profile_subject(profile_id: str) -> Subject | None:
    """That profile as a subject, None for what can be no id of ours."""
    if not (profile_id.isascii() and profile_id.isdigit()):
        return None
    return Subject(profile_id=int(profile_id)) if len(profile_id) <= _LONGEST_ID else None


def store_number(store_id: str) -> int:
    """Our id of a store. Raises NotFound for what can be none."""
    if not (store_id.isascii() and store_id.isdigit() and len(store_id) <= _LONGEST_ID):
        raise NotFound("There is no such store.")
    return int(store_id)


def asked_text(subject: Subject) -> str | None:
    """What was asked for, as it was typed."""
    return subject.order or subject.customer or subject.email or subject.phone


def read_person(
    services: Services,
    caller: Caller,
    subject: Subject,
    surface: str,
    cursor: str | None = None,
    conversation_id: int | None = None,
) -> Context:
    """The context of that person in the caller's workspace; the view is audited, with the
    conversation beside which they are looked at.
    """
    # A key opens a workspace: no store of it comes first, nor stands for how fresh all of it is.
    own_store_id = caller.store_id if caller.kind == "session" else None
    viewer = Viewer(caller.viewer, surface, own_store_id, conversation_id)
    return see_context(
        services.db,
        caller.workspace_id,
        services.platforms,
        subject,
        viewer=viewer,
        now=services.now(),
        cursor=cursor,
    )


def find_people(services: Services, caller: Caller, text: str) -> list[FoundProfile]:
    """Who matches, or who ordered last where nothing is asked; one more than is shown."""
    with services.db.workspace(caller.workspace_id) as session:
        return search_profiles(session, text, limit=MOST_PEOPLE + 1)
