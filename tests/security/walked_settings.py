"""How the settings' pages are walked: agents, channels, what is set up for answering."""

from tests.security.places import Call

_MAIL = {"name": "Mail", "store_id": "{store}", "do": ""}
_MAIL_WORDS = (
    "name",
    "do",
    "locale",
    "address",
    "display_name",
    "receives",
    "read_from",
    "authserv_id",
    "call_secret",
    "plus_addressing",
    r"(imap|smtp)_\w+",
)
_CHAT = {"name": "Chat", "store_id": "{store}"}
_ANSWER = {"name": "N", "shortcut": "new", "text_en": "Hello", "store_id": "{store}"}
_ANSWER_WORDS = ("name", "shortcut", r"text_\w+", "do", "version")
_CASE = {
    "title": "T",
    "problem": "P",
    "solution": "S",
    "conversation_id": "{conversation}",
    "reason_id": "{reason}",
}
_CASE_WORDS = ("title", "problem", "solution", "version")
_RULE = {
    "name": "R",
    "channels": ["{channel}"],
    "stores": ["{store}"],
    "give": "some",
    "turns": ["{agent}"],
    "reason_id": "{reason}",
}
_RULE_WORDS = (
    "name",
    "is_on",
    "version",
    "tags",
    "words",
    "kinds",
    "languages",
    "put_tags",
    "target_class",
    r"(order|spent)_at_least(_currency)?",
    "give",
)
_TARGETS = {
    "answer": "1",
    "answer_unit": "hours",
    "resolve": "8",
    "resolve_unit": "hours",
    "agent_id": "{agent}",
    "assign": "1",
}
_TARGET_WORDS = (r"(answer|resolve|name|tags)(_\w+)?", "by_office_hours", "assign", "tag", "do")


def _rule(**version: str) -> list[Call]:
    """A rule that gives to some who take turns, and one that gives to one agent."""
    return [
        Call(form={**_RULE, **version}, words=_RULE_WORDS),
        Call(form={"name": "R", "give": "{agent}", **version}, words=_RULE_WORDS),
    ]


SETTINGS: dict[str, list[Call]] = {
    "GET /settings/agents": [Call()],
    "POST /settings/agents": [
        Call(
            form={"email": "new@staff.example", "name": "New", "role": "agent"},
            words=("email", "name", "role"),
        )
    ],
    "GET /settings/agents/<agent_id>": [Call()],
    "POST /settings/agents/<agent_id>": [
        Call(form={"role": "admin"}, words=("role", "name", "capacity", "takes", r"speaks_\w\w"))
    ],
    "POST /settings/agents/<agent_id>/disable": [Call(form={})],
    "POST /settings/agents/<agent_id>/enable": [Call(form={})],
    "POST /settings/agents/<agent_id>/link": [Call(path={"agent_id": "{other_agent}"}, form={})],
    "POST /settings/agents/<agent_id>/sign-out": [Call(form={})],
    "POST /settings/agents/sign-out": [Call(form={})],
    "POST /settings/agents/claim": [Call(form={})],
    "GET /settings/me": [Call(words=("done", "refused"))],
    "POST /settings/me": [
        Call(form={"name": "Me"}, words=("name", "signature", "locales?")),
    ],
    "POST /settings/me/password": [
        Call(form={"password": "short"}, words=("email", "password", "former"))
    ],
    "POST /settings/me/passkeys/options": [Call(json={})],
    "POST /settings/me/passkeys": [Call(json={}, words=("credential", "name"))],
    "POST /settings/me/passkeys/<passkey_id>/delete": [Call(form={})],
    "POST /settings/me/password/delete": [Call(form={}, words=("given-up",))],
    "GET /settings/me/oidc": [Call()],
    "POST /settings/me/oidc/delete": [Call(form={})],
    "POST /settings/me/sessions/<session_id>/end": [Call(form={})],
    "POST /settings/me/sessions/end": [Call(form={})],
    "GET /settings/inbox": [Call()],
    "GET /settings/inbox/channels": [Call()],
    "GET /settings/inbox/channels/new/<kind>": [Call(path={"kind": "email"}, words=("preset",))],
    "POST /settings/inbox/channels/new/<kind>": [
        Call(path={"kind": "email"}, form=_MAIL, words=_MAIL_WORDS, same=("store_id",)),
        Call(path={"kind": "form"}, form=_CHAT, words=(r"\w+",)),
    ],
    "GET /settings/inbox/channels/<channel_id>": [Call()],
    "POST /settings/inbox/channels/<channel_id>": [
        Call(form=_MAIL, words=_MAIL_WORDS, same=("store_id",)),
        Call(path={"channel_id": "{form}"}, form=_CHAT, words=(r"\w+",)),
    ],
    "POST /settings/inbox/channels/<channel_id>/<act>": [
        Call(path={"channel_id": "{form}", "act": act}, form={})
        for act in ("check", "pause", "resume", "token", "remove")
    ],
    "GET /settings/inbox/arrivals": [Call()],
    # One that isn't there was read meanwhile.
    "POST /settings/inbox/arrivals/<arrival_id>/retry": [Call(form={}, gives={"arrival": 303})],
    "GET /settings/inbox/answers": [Call(words=("search",))],
    "GET /settings/inbox/answers/new": [Call()],
    "POST /settings/inbox/answers/new": [
        Call(form=_ANSWER, words=_ANSWER_WORDS),
        Call(form={**_ANSWER, "do": "preview"}, words=_ANSWER_WORDS, same=("store_id",)),
    ],
    "GET /settings/inbox/answers/<answer_id>": [Call()],
    "POST /settings/inbox/answers/<answer_id>": [Call(form=_ANSWER, words=_ANSWER_WORDS)],
    "POST /settings/inbox/answers/<answer_id>/remove": [Call(form={})],
    "GET /settings/inbox/automatic": [Call()],
    "POST /settings/inbox/automatic": [
        Call(form={}, words=("acknowledge", "within_hours", r"signature_\w+", r"text_\w+"))
    ],
    "GET /settings/inbox/hours": [Call()],
    "POST /settings/inbox/hours": [
        Call(form={}, words=(r"[a-z]{3}_\d_(from|to)", "holidays", "is_on", "zone"))
    ],
    "GET /settings/inbox/notebook": [
        Call(
            query={"before": "2026-12-01T00:00:00+00:00_{case}"},
            words=("search",),
            same=("before",),
        )
    ],
    "GET /settings/inbox/notebook/new": [Call()],
    "POST /settings/inbox/notebook/new": [Call(form=_CASE, words=_CASE_WORDS)],
    "GET /settings/inbox/notebook/<case_id>": [Call()],
    "POST /settings/inbox/notebook/<case_id>": [
        Call(
            form={**_CASE, "version": "{case_version}"},
            words=_CASE_WORDS,
            same=("conversation_id",),
        )
    ],
    "POST /settings/inbox/notebook/<case_id>/remove": [Call(form={})],
    "GET /settings/inbox/reasons": [Call()],
    "POST /settings/inbox/reasons": [
        Call(form={"do": f"{deed}_{{reason}}"}, words=("new", r"name_\d+"), same=("do",))
        for deed in ("remove", "up", "down")
    ],
    "GET /settings/inbox/rules": [Call()],
    "POST /settings/inbox/rules": [Call(form={"round_robin": "1"}, words=("round_robin",))],
    "GET /settings/inbox/rules/new": [Call()],
    "POST /settings/inbox/rules/new": _rule(),
    "GET /settings/inbox/rules/<rule_id>": [Call()],
    "POST /settings/inbox/rules/<rule_id>": _rule(version="{rule_version}"),
    "POST /settings/inbox/rules/<rule_id>/<act>": [
        Call(path={"act": act, "rule_id": "{other_rule}"}, form={})
        for act in ("up", "down", "on", "off", "remove")
    ],
    "GET /settings/inbox/targets": [Call()],
    "POST /settings/inbox/targets": [Call(form=_TARGETS, words=_TARGET_WORDS)],
}
