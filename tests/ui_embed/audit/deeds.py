"""Each route that changes something of a workspace's settings, with a deed that does it."""

from collections.abc import Callable

from integration.agents.changing import OPERATOR
from integration.agents.invitations import invite
from integration.audit.actions import Action
from integration.models import Agent, StoreSync
from integration.models.vocabulary import BackfillState
from integration.privacy.exports.data_requests import prepare_exports
from tests.ui_embed.agents.people import (
    EMAIL,
    HTTPS,
    NEW,
    PASSWORD,
    sessions,
)
from tests.ui_embed.agents.people import post as post_form
from tests.ui_embed.audit.place import Place
from tests.ui_embed.people_rows import EMAIL as PERSON
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import SAME
from tests.ui_embed.world import NOW

RULE = {"name": "Refunds", "is_on": "1", "words": "refund", "give": "all"}
ANSWER = {"name": "Tracking", "shortcut": "track", "text_en": "Here it is", "do": "keep"}


def _edit_rule(place: Place) -> None:
    place.post("/settings/inbox/rules/1", RULE | {"version": place.rule()})


def _remove_rule(place: Place) -> None:
    place.rule()
    place.post("/settings/inbox/rules/1/remove")


def _edit_answer(place: Place) -> None:
    place.answer()
    place.post("/settings/inbox/answers/1", ANSWER | {"version": "1"})


def _remove_answer(place: Place) -> None:
    place.answer()
    place.post("/settings/inbox/answers/1/remove")


def _edit_channel(place: Place) -> None:
    place.post(f"/settings/inbox/channels/{place.channel()}", {"name": "Other", "do": "keep"})


def _act_on_channel(act: str) -> Callable[[Place], None]:
    def deed(place: Place) -> None:
        place.post(f"/settings/inbox/channels/{place.channel()}/{act}")

    return deed


def _enable(place: Place) -> None:
    number = place.colleague(status="disabled")
    place.post(f"/settings/agents/{number}/enable")


def _claim(place: Place) -> None:
    place.change(Agent, role="agent", is_role_set=False)
    headers = place.world.bearer()
    answer = place.browser.post("/settings/agents/claim", headers=headers)
    assert answer.status_code == 303, answer.text


def _without_password(place: Place) -> None:
    place.passkey()
    place.post("/settings/me/password/delete", {"given-up": PASSWORD})


def _without_passkey(place: Place) -> None:
    place.passkey()
    place.post("/settings/me/passkeys/1/delete")


def _without_provider(place: Place) -> None:
    place.change(Agent, oidc_subject="https://id.example ada")
    place.post("/settings/me/oidc/delete")


def _end_one(place: Place) -> None:
    place.elsewhere()
    place.post(f"/settings/me/sessions/{sessions(place.world)[-1].id}/end")


def _sign_in_with_passkey(place: Place) -> None:
    device = place.passkey()
    stranger = place.world.app.test_client()
    ways = {"headers": SAME, "base_url": HTTPS}
    options = stranger.post("/sign-in/passkey/options", json={}, **ways).get_json()
    answer = stranger.post("/sign-in/passkey", json={"credential": device.sign(options)}, **ways)
    assert answer.status_code == 200, answer.text


def _accept_invitation(place: Place) -> None:
    with place.world.services.db.workspace(place.world.workspace_id, write=True) as session:
        link = invite(session, email=NEW, name="", role="agent", by=OPERATOR, now=NOW)
    stranger = place.world.app.test_client()
    fields = {"name": "Jana", "password": PASSWORD}
    assert post_form(stranger, f"/invitations/{link.token}", fields).status_code == 303


def _accept_deletions(place: Place) -> None:
    with place.world.services.db.workspace(place.world.workspace_id, write=True) as session:
        session.merge(
            StoreSync(
                store_id=place.world.store_id,
                workspace_id=place.world.workspace_id,
                backfill_state=BackfillState.DONE,
                backfill_done=0,
            )
        )
    place.post(f"/settings/stores/{place.world.store_id}/accept-deletions")


def _ask_for_data(place: Place) -> None:
    add_person(place.world)
    place.post("/settings/privacy/data", {"email": PERSON})


def _again(place: Place) -> None:
    _ask_for_data(place)
    place.post("/settings/privacy/requests/1/again")


def _fetch(place: Place) -> None:
    _ask_for_data(place)
    prepare_exports(place.world.services)
    place.post("/settings/privacy/exports/1")


def _ask_for_erasure(place: Place) -> None:
    add_person(place.world)
    place.post("/settings/privacy/erasure", {"email": PERSON, "typed": PERSON})


def _stop(place: Place) -> None:
    _ask_for_erasure(place)
    place.post("/settings/privacy/requests/1/stop")


def _hurry(place: Place) -> None:
    _ask_for_erasure(place)
    place.post("/settings/privacy/requests/1/now")


def _keep_for(place: Place) -> None:
    place.post("/settings/privacy/retention/visits", {"days": "7", "do": "keep"})


INBOX = "/settings/inbox"
PRIVACY = "/settings/privacy"
DEEDS: dict[str, tuple[Action, Callable[[Place], object]]] = {
    "/settings/agents": (
        Action.AGENT_INVITED,
        lambda place: place.post("/settings/agents", {"email": NEW, "name": "J", "role": "agent"}),
    ),
    "/settings/agents/<agent_id>": (
        Action.AGENT_CHANGED,
        lambda place: place.post(f"/settings/agents/{place.colleague()}", {"role": "admin"}),
    ),
    "/settings/agents/<agent_id>/disable": (
        Action.AGENT_DISABLED,
        lambda place: place.post(f"/settings/agents/{place.colleague()}/disable"),
    ),
    "/settings/agents/<agent_id>/enable": (Action.AGENT_ENABLED, _enable),
    "/settings/agents/<agent_id>/link": (
        Action.AGENT_INVITED,
        lambda place: place.post(f"/settings/agents/{place.colleague()}/link"),
    ),
    "/settings/agents/<agent_id>/sign-out": (
        Action.SIGNED_OUT_EVERYWHERE,
        lambda place: place.post(f"/settings/agents/{place.colleague()}/sign-out"),
    ),
    "/settings/agents/sign-out": (
        Action.SIGNED_OUT_EVERYWHERE,
        lambda place: place.post("/settings/agents/sign-out"),
    ),
    "/settings/agents/claim": (Action.AGENT_CHANGED, _claim),
    f"{INBOX}/answers/new": (
        Action.SETTINGS_CHANGED,
        lambda place: place.post(f"{INBOX}/answers/new", ANSWER),
    ),
    f"{INBOX}/answers/<answer_id>": (Action.SETTINGS_CHANGED, _edit_answer),
    f"{INBOX}/answers/<answer_id>/remove": (Action.SETTINGS_CHANGED, _remove_answer),
    f"{INBOX}/automatic": (
        Action.SETTINGS_CHANGED,
        lambda place: place.post(f"{INBOX}/automatic", {"acknowledge": "1"}),
    ),
    f"{INBOX}/hours": (Action.SETTINGS_CHANGED, lambda place: place.post(f"{INBOX}/hours", {})),
    f"{INBOX}/targets": (Action.SETTINGS_CHANGED, lambda place: place.post(f"{INBOX}/targets", {})),
    f"{INBOX}/reasons": (
        Action.SETTINGS_CHANGED,
        lambda place: place.post(f"{INBOX}/reasons", {"new": "Complaint"}),
    ),
    f"{INBOX}/rules": (
        Action.SETTINGS_CHANGED,
        lambda place: place.post(f"{INBOX}/rules", {"round_robin": "1"}),
    ),
    f"{INBOX}/rules/new": (
        Action.SETTINGS_CHANGED,
        lambda place: place.post(f"{INBOX}/rules/new", RULE),
    ),
    f"{INBOX}/rules/<rule_id>": (Action.SETTINGS_CHANGED, _edit_rule),
    f"{INBOX}/rules/<rule_id>/<act>": (Action.SETTINGS_CHANGED, _remove_rule),
    f"{INBOX}/channels/new/<kind>": (
        Action.CHANNEL_MADE,
        lambda place: place.post(f"{INBOX}/channels/new/chat", {"name": "Chat", "do": "keep"}),
    ),
    f"{INBOX}/channels/<channel_id>": (Action.CHANNEL_CHANGED, _edit_channel),
    f"{INBOX}/channels/<channel_id>/<act>": (Action.CHANNEL_REMOVED, _act_on_channel("remove")),
    "/settings/me": (
        Action.AGENT_CHANGED,
        lambda place: place.post("/settings/me", {"name": "Eleni", "signature": ""}),
    ),
    "/settings/me/password": (
        Action.SIGN_IN_CHANGED,
        lambda place: place.post(
            "/settings/me/password",
            {"email": EMAIL, "former": PASSWORD, "password": "another ship at dawn"},
        ),
    ),
    "/settings/me/password/delete": (Action.SIGN_IN_CHANGED, _without_password),
    "/settings/me/passkeys": (Action.PASSKEY_ADDED, lambda place: place.passkey()),
    "/settings/me/passkeys/<passkey_id>/delete": (Action.PASSKEY_REMOVED, _without_passkey),
    "/settings/me/oidc/delete": (Action.SIGN_IN_CHANGED, _without_provider),
    "/settings/me/sessions/<session_id>/end": (Action.SIGNED_OUT, _end_one),
    "/settings/me/sessions/end": (
        Action.SIGNED_OUT_EVERYWHERE,
        lambda place: place.post("/settings/me/sessions/end"),
    ),
    "/settings/stores/<store_id>/disconnect": (
        Action.STORE_DISCONNECTED,
        lambda place: place.post(f"/settings/stores/{place.world.store_id}/disconnect"),
    ),
    "/settings/stores/<store_id>/accept-deletions": (Action.SETTINGS_CHANGED, _accept_deletions),
    f"{PRIVACY}/data": (Action.DATA_REQUESTED, _ask_for_data),
    f"{PRIVACY}/requests/<request_id>/again": (Action.DATA_REQUESTED, _again),
    f"{PRIVACY}/exports/<export_id>": (Action.DATA_FETCHED, _fetch),
    f"{PRIVACY}/erasure": (Action.ERASURE_ASKED, _ask_for_erasure),
    f"{PRIVACY}/requests/<request_id>/stop": (Action.ERASURE_STOPPED, _stop),
    f"{PRIVACY}/requests/<request_id>/now": (Action.ERASURE_HURRIED, _hurry),
    f"{PRIVACY}/retention/<name>": (Action.RETENTION_CHANGED, _keep_for),
    "/settings/stores/join-code": (
        Action.JOIN_CODE_MADE,
        lambda place: place.post("/settings/stores/join-code"),
    ),
    "/sign-in": (Action.SIGNED_IN, lambda place: place.elsewhere()),
    "/sign-in/passkey": (Action.SIGNED_IN, _sign_in_with_passkey),
    "/sign-out": (Action.SIGNED_OUT, lambda place: place.post("/sign-out")),
    "/invitations/<token>": (Action.SIGN_IN_CHANGED, _accept_invitation),
}

# What leaves no event, and why.
WITHOUT = {
    "/settings/inbox/arrivals/<arrival_id>/retry": "it reads again what came in, and sets nothing",
    "/settings/inbox/notebook/<case_id>": "what agents write down; who wrote it stands on it",
    "/settings/inbox/notebook/<case_id>/remove": "what agents write down",
    "/settings/inbox/notebook/new": "what agents write down",
    "/settings/me/passkeys/options": "a challenge opens nothing",
    "/settings/stores/<store_id>/compare": "it only looks; the ledger of the store tells who asked",
    "/sign-in/passkey/options": "a challenge opens nothing",
    "/sign-in/workspace": "the second step of a sign-in, written by the same use case",
}
