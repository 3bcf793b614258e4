"""Every state of the gallery renders, says its word, and keeps what it must not show."""

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.gallery import STATES, State, showing
from tests.ui_embed.world import DOMAIN, World, mint

WORDS = {
    "person": "on its way",
    "first-timer": "First-time buyer",
    "guest": "Guest, no account",
    "many-orders": "Show older orders",
    "no-orders": "No orders yet",
    "several": "Several people match",
    "nobody": "Nobody found",
    "home": "Recent customers",
    "home-first-minute": "Your customers will appear here",
    "home-reading": "4,512 of 10,250 records are here.",
    "search-nobody": "zanzibar",
    "reauthorize": "access ended, as of",
    "unreachable": "store unreachable, as of",
    "stores": "connected",
    "stores-trouble": "Connect again",
    "no-permission": "You may not see this",
    "person-el": "καθ&#39; οδόν",
    "person-he": "הזמנות",
    "person-cs": "První nákup",
    "person-pl": "w drodze",
    "home-he": "לקוחות אחרונים",
    "hebrew-name": "נועה בן־דוד",
    "profile": "guest</span><span>since April 2026",
    "profile-el": "ευγενική",
    "profile-limited": "value since",
    "profile-he": "לקוחה קבועה",
    "timeline": "Joined with another profile by",
    "timeline-el": "Ζήτησε τιμολόγιο με ΑΦΜ 123456789.",
    "timeline-he": "נובמבר 2026",
    "timeline-long": "Show what was before",
    "timeline-none": "Nothing has happened yet",
    "notes": "Pays by bank transfer. Do not ship before.",
    "notes-el": "Prefers ACS lockers.",
    "notes-he": "מעדיפה משלוח לנקודת איסוף",
    "notes-none": "No notes yet.",
    "health": "All were put right, the latest 14 minutes late.",
    "health-he": "כולם תוקנו, האחרון באיחור של 14 דקות.",
    "health-el": "Διορθώθηκαν όλες, η τελευταία με καθυστέρηση 14 λεπτά.",
    "health-cs": "Všechny jsou napraveny, největší zpoždění: 14 minut.",
    "health-pl": "Wszystkie naprawiono, największe opóźnienie: 14 minut.",
    "health-young": "Webhooks missed nothing since",
    "health-troubles": "All but 2 records up to",
    "health-empty": "The ledger below begins with the next comparison.",
    "health-unproved": "Nothing has been compared yet.",
    "health-reading": "We are reading the store for the first time.",
    "health-stopped": "Reading the store stopped.",
    "health-unreachable": "Since then the store doesn",
    "health-behind": "Later ones are here as far as webhooks told us",
    "health-reauthorize": "The store ended our access.",
}
STATUS = {"several": 409, "nobody": 404, "no-permission": 403}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_each_state_says_its_word(world: World, client: FlaskClient, state: State) -> None:
    query = f"{state.query}&shop={DOMAIN}&locale={state.locale}&id_token={mint(DOMAIN)}"
    with showing(world, state):
        answer = client.get(f"{state.path}?{query}")
    if state.store.get("status") == "reauthorize":
        # The host's token of the sample is no longer good for a new grant.
        assert answer.status_code == 200
    assert answer.status_code == STATUS.get(state.name, 200)
    assert WORDS[state.name] in answer.text
    assert "None" not in answer.text
    assert answer.text.count("<h1") == 1
    assert "<main" in answer.text


def test_every_state_has_its_word() -> None:
    assert set(WORDS) == {state.name for state in STATES}
