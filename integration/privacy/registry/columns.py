"""The columns that can hold personal data: whose, what for, how long, and what erases them."""

from typing import Final

from integration.privacy.registry.records import Place

_AGENTS = "agents of the workspace"
_OWNERS = "owners and admins of the workspace"
_NOBODY = "nobody, it is worked with only"

_PERSON = "integration.privacy.erasing.persons.erase_person"
_TRACES = "integration.privacy.erasing.identity_traces.erase_traces"
_WORDS = "integration.privacy.erasing.identity_traces.erase_words"
_PROFILES = "integration.privacy.erasing.persons.settle_profiles"
_INDEX = "integration.search.due.forget_documents"
_TALKS = "integration.privacy.erasing.conversation_traces.erase_conversations"
_BODIES = "integration.privacy.erasing.stored_bodies.erase_bodies_of"
_STORE = "integration.privacy.erasing.whole_store.erase_store"


def _columns(
    table: str, names: str, purpose: str, data_class: str, erased_by: str, seen_by: str = _AGENTS
) -> Place:
    return Place("columns", table, tuple(names.split()), purpose, data_class, erased_by, seen_by)


COLUMNS: Final[tuple[Place, ...]] = (
    # What stores tell.
    _columns(
        "customers",
        "email email_normalized phone phone_normalized first_name last_name tags note address",
        "who somebody is, beside their conversation",
        "store_copy",
        _PERSON,
    ),
    _columns(
        "orders",
        "name email email_normalized phone phone_normalized buyer_name tags notes"
        " shipping_address billing_address",
        "the orders that somebody asks about",
        "store_copy",
        _PERSON,
    ),
    _columns("order_lines", "title variant_title", "what was bought", "store_copy", _PERSON),
    _columns("fulfillments", "tracking", "where a parcel is", "store_copy", _PERSON),
    _columns("refunds", "note", "why money went back", "store_copy", _PERSON),
    _columns(
        "tracking_numbers",
        "number",
        "finding an order by a parcel's number",
        "store_copy",
        "integration.sync.tracking_rows.forget_numbers",
    ),
    # Who is one person.
    _columns("profiles", "display_name tags own_tags", "the person", "store_copy", _PROFILES),
    _columns("profile_notes", "text", "what agents keep in mind of a person", "store_copy", _WORDS),
    _columns("identities", "value", "whose an address or account is", "store_copy", _PROFILES),
    _columns(
        "identity_events",
        "left_value right_value reason",
        "the history of who was linked and parted",
        "store_copy",
        _TRACES,
    ),
    _columns(
        "identity_verdicts",
        "left_value right_value reason",
        "what agents decided of two names",
        "store_copy",
        _TRACES,
    ),
    _columns(
        "identity_rulings", "value reason", "what agents decided of one name", "store_copy", _TRACES
    ),
    # By what people are found.
    _columns("search_terms", "term", "index: finding people", "suggestions", _INDEX, _NOBODY),
    _columns(
        "search_documents",
        "terms clues",
        "index: what is written of whom",
        "suggestions",
        _INDEX,
        _NOBODY,
    ),
    _columns("clues", "value", "index: who may be one person", "suggestions", _INDEX, _NOBODY),
    # What was said.
    _columns(
        "conversations",
        "subject person_value person_name person_address preview rating_comment",
        "who wrote about what",
        "conversations",
        _TALKS,
    ),
    _columns("messages", "sealed_content", "what was said", "conversations", _TALKS),
    _columns("attachments", "name", "files of what was said", "attachments", _TALKS),
    _columns("attachment_chunks", "sealed_bytes", "their bytes", "attachments", _TALKS),
    _columns(
        "conversation_tags", "tag", "what agents sort conversations by", "conversations", _TALKS
    ),
    _columns(
        "conversation_terms",
        "term",
        "index: finding conversations",
        "conversations",
        _TALKS,
        _NOBODY,
    ),
    _columns(
        "cases",
        "title problem solution",
        "what was learned from a conversation",
        "conversations",
        _TALKS,
    ),
    _columns("case_terms", "term", "index: finding cases", "conversations", _TALKS, _NOBODY),
    _columns(
        "visitors",
        "name email customer_value signed_email",
        "who writes in a chat",
        "visitors",
        _TALKS,
    ),
    _columns("visitors", "page cart", "what a visitor looks at, with consent", "visits", _TALKS),
    # What came in, raw.
    _columns(
        "deliveries",
        "sealed_body",
        "applying a webhook, and looking it up",
        "deliveries",
        _BODIES,
        "the operator",
    ),
    _columns(
        "delivery_works",
        "sealed_mended_body",
        "a webhook that somebody mended",
        "deliveries",
        _BODIES,
        "the operator",
    ),
    _columns(
        "arrivals",
        "sealed_body",
        "a mail or call until it is a message",
        "parked_arrivals",
        "integration.privacy.erasing.stored_arrivals.erase_arrivals_of",
        "the operator",
    ),
    # What is asked for people's privacy.
    _columns(
        "privacy_requests",
        "sealed_subject",
        "whom a request is about, and whom its erasure found, until it is done",
        "privacy_requests",
        "integration.privacy.erasing.other_requests.erase_other_requests",
        _OWNERS,
    ),
    _columns(
        "person_exports",
        "sealed_file",
        "a person's data, to be handed out",
        "person_exports",
        "integration.privacy.exports.made.erase_exports",
        _OWNERS,
    ),
    # The merchant's own, and their staff.
    _columns("segments", "name conditions", "lists of people by rules", "workspace", _STORE),
    _columns("stores", "contact_email", "whom to ask about a store", "workspace", _STORE),
    _columns("agents", "name email signature", "who answers, and signs in", "staff", _STORE),
    _columns("sessions", "device", "the list of one's own sessions", "sessions", _STORE, "oneself"),
)
