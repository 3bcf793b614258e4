"""What each route asks of whoever calls: the one table.

Whatever changes something stands here, or in `OPEN` with the reason why it needs no role; a test
walks all routes. What isn't listed nobody but an owner may.
"""

from integration.agents.roles import Deed

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})

NEEDS = {
    # What is asked by POST only because it is long, or counted without being kept.
    "POST /api/v1/orders/mentioned": Deed.READ,
    "POST /api/v1/segments/preview": Deed.READ,
    "POST /api/v1/conversations/<conversation_id>/presence": Deed.READ,
    # Persons: who they are, and what is written about them.
    "POST /profiles/<profile_id>/notes": Deed.ANSWER,
    "POST /profiles/<profile_id>/notes/<note_id>/delete": Deed.ANSWER,
    "POST /profiles/<profile_id>/notes/<note_id>/restore": Deed.ANSWER,
    "POST /profiles/<profile_id>/tags": Deed.ANSWER,
    "POST /profiles/<profile_id>/join/<other_id>": Deed.ANSWER,
    "POST /profiles/<profile_id>/part": Deed.ANSWER,
    "POST /profiles/<profile_id>/marks": Deed.ANSWER,
    "POST /profiles/<profile_id>/history/<event_id>/undo": Deed.ANSWER,
    "POST /suggestions/<left>/<right>": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/notes": Deed.ANSWER,
    "PATCH /api/v1/profiles/<profile_id>/notes/<note_id>": Deed.ANSWER,
    "DELETE /api/v1/profiles/<profile_id>/notes/<note_id>": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/notes/<note_id>/restore": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/tags": Deed.ANSWER,
    "DELETE /api/v1/profiles/<profile_id>/tags": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/links": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/unlink": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/suggestions/<other_id>/accept": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/suggestions/<other_id>/dismiss": Deed.ANSWER,
    "POST /api/v1/profiles/<profile_id>/suggestions/<other_id>/reconsider": Deed.ANSWER,
    "POST /api/v1/addresses/shared": Deed.ANSWER,
    "POST /api/v1/addresses/single": Deed.ANSWER,
    "POST /api/v1/history/<event_id>/undo": Deed.ANSWER,
    # Who is looking at a conversation, whatever they may do in it.
    "POST /inbox/<conversation_id>/here": Deed.READ,
    # The form of a message that begins a conversation, and the texts that are offered for it.
    "GET /inbox/new": Deed.ANSWER,
    "GET /inbox/new/canned": Deed.ANSWER,
    # The report as a file: how fast each agent answers isn't everybody's to carry off.
    "GET /reports/conversations.csv": Deed.SET_UP,
    # Who did what, and who looked at whom.
    "GET /settings/audit": Deed.SET_UP,
    "GET /settings/audit/export": Deed.SET_UP,
    "GET /settings/audit/views": Deed.SET_UP,
    "GET /settings/audit/views/export": Deed.SET_UP,
    "GET /api/v1/audit": Deed.SET_UP,
    # Privacy: administrators see it and ask for data; to erase, and for how long, is the owner's.
    "GET /settings/privacy": Deed.SET_UP,
    "GET /settings/privacy/person": Deed.SET_UP,
    "GET /settings/privacy/receipts": Deed.SET_UP,
    "GET /settings/privacy/receipts.json": Deed.SET_UP,
    "GET /settings/privacy/receipts/<sequence>": Deed.SET_UP,
    "GET /settings/privacy/retention/<name>": Deed.SET_UP,
    "POST /settings/privacy/data": Deed.SET_UP,
    "POST /settings/privacy/erasure": Deed.OWN,
    "POST /settings/privacy/requests/<request_id>/stop": Deed.SET_UP,
    "POST /settings/privacy/requests/<request_id>/now": Deed.OWN,
    "POST /settings/privacy/requests/<request_id>/again": Deed.SET_UP,
    "POST /settings/privacy/exports/<export_id>": Deed.SET_UP,
    "POST /settings/privacy/retention/<name>": Deed.OWN,
    # Segments. Their people as a file are the owner's and a program's: `segments/downloads.py`.
    "POST /segments/new": Deed.ANSWER,
    "POST /segments/restore": Deed.ANSWER,
    "POST /segments/<segment_id>/change": Deed.ANSWER,
    "POST /segments/<segment_id>/delete": Deed.ANSWER,
    "POST /api/v1/segments": Deed.ANSWER,
    "PATCH /api/v1/segments/<segment_id>": Deed.ANSWER,
    "DELETE /api/v1/segments/<segment_id>": Deed.ANSWER,
    # Stores. A code to join is the owner's, and staff's whose store can't tell who that is.
    "POST /settings/stores/join-code": Deed.ANSWER,
    "POST /settings/stores/<store_id>/compare": Deed.ANSWER,
    "POST /settings/stores/<store_id>/accept-deletions": Deed.OWN,
    "POST /settings/stores/<store_id>/disconnect": Deed.OWN,
    # Agents. Whom somebody may change is up to their own role as well; one's own profile is one's
    # own, whatever the role.
    "GET /settings/agents": Deed.SET_UP,
    "GET /settings/agents/<agent_id>": Deed.SET_UP,
    "POST /settings/agents": Deed.SET_UP,
    "POST /settings/agents/<agent_id>": Deed.SET_UP,
    "POST /settings/agents/<agent_id>/link": Deed.SET_UP,
    "POST /settings/agents/<agent_id>/disable": Deed.SET_UP,
    "POST /settings/agents/<agent_id>/enable": Deed.SET_UP,
    "POST /settings/agents/<agent_id>/sign-out": Deed.SET_UP,
    "POST /settings/agents/sign-out": Deed.SET_UP,
    "POST /settings/agents/claim": Deed.ANSWER,
    "POST /settings/me": Deed.READ,
    "POST /settings/me/password": Deed.READ,
    "POST /settings/me/passkeys/options": Deed.READ,
    "POST /settings/me/passkeys": Deed.READ,
    "POST /settings/me/passkeys/<passkey_id>/delete": Deed.READ,
    "POST /settings/me/password/delete": Deed.READ,
    "POST /settings/me/oidc/delete": Deed.READ,
    "POST /settings/me/sessions/<session_id>/end": Deed.READ,
    "POST /settings/me/sessions/end": Deed.READ,
}

# Whole families: everything that changes something below that address.
FAMILIES = {
    "/inbox": Deed.ANSWER,
    "/conversations": Deed.ANSWER,
    "/api/v1/conversations": Deed.ANSWER,
    "/api/v1/attachments": Deed.ANSWER,
    "/api/v1/presence": Deed.READ,
    "/settings/channels": Deed.SET_UP,
    # The notebook is the agents' own.
    "/settings/inbox/notebook": Deed.ANSWER,
    "/settings/inbox": Deed.SET_UP,
}

# What changes something and asks for no role, with what it asks for instead.
OPEN = {
    "POST /<slug>/connect": "anybody may begin; the store's own consent follows",
    "POST /<slug>/callback/<token>": "a nonce that works once",
    "POST /<slug>/return/<token>": "the cookie of the browser that began",
    "POST /api/v1/session": "a ticket that the store signed",
    "POST /api/v1/plugin/export": "a ticket that the store signed",
    "POST /api/v1/plugin/erase": "a ticket that the store signed",
    "POST /api/v1/plugin/disconnect": "a ticket that the store signed",
    "POST /sign-out": "the session that it ends",
    "POST /sign-in": "a password",
    "POST /sign-in/passkey/options": "nothing: a challenge opens nothing",
    "POST /sign-in/passkey": "a passkey's signature",
    "POST /sign-in/workspace": "a sign-in of this browser that was proved",
    "POST /invitations/<token>": "an invitation's token, which works once",
}


def needed(method: str, rule: str) -> Deed:
    """What that route asks for."""
    asked = "GET" if method == "HEAD" else method
    listed = NEEDS.get(f"{asked} {rule}")
    if listed is not None:
        return listed
    if method in _CHANGES_NOTHING:
        return Deed.READ
    family = family_of(rule)
    return Deed.OWN if family is None else FAMILIES[family]


def family_of(rule: str) -> str | None:
    """The family that a route belongs to, None where it belongs to none."""
    return next((each for each in FAMILIES if rule == each or rule.startswith(f"{each}/")), None)
