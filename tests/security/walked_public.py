"""How the routes are walked that nobody of the staff calls: visitors, stores, whoever comes in.

Who they speak for is what they carry: a channel's token, an invitation's, a nonce, a signature.
"""

from typing import Any

from tests.security.places import Call

# A channel's token stands in every page of the shop: it is no secret, and no name of a row.
_CHAT = {"channel": "{public_chat}"}
_FORM = {"channel": "{public_form}"}
_VISITOR = {"Authorization": "Bearer {visitor}"}


def _chat(*words: str, **given: Any) -> list[Call]:
    """A call of our chat by a visitor of ours; the walk puts other visitors' tokens there."""
    query = {**_CHAT, **given.pop("query", {})}
    words = (*words, "channel")
    return [Call(by="visitor", headers=_VISITOR, query=query, words=words, **given)]


VISITORS: dict[str, list[Call]] = {
    "GET /api/widget/settings": _chat(same=("Authorization",)),
    "POST /api/widget/start": _chat("proof", json={}),
    "POST /api/widget/messages": _chat(
        "key",
        "text",
        "name",
        "email",
        "after",
        "goes_on",
        json={"key": "k" * 20, "text": "Hello"},
        # A token that nobody has begins a chat; that of another's visitor is refused.
        begins=("Authorization",),
    ),
    "GET /api/widget/messages": _chat(query={"after": "{visitors_message}"}, same=("after",)),
    "GET /api/widget/files/<key>": _chat(path={"key": "{visitors_file}"}),
    "POST /api/widget/typing": _chat(json={}),
    "POST /api/widget/seen": _chat(json={"up_to": "{visitors_message}"}, same=("up_to",)),
    "POST /api/widget/page": _chat("consent", "page", "cart", json={"consent": False}),
    "POST /api/widget/email": _chat("email", "name", json={"email": "new@customer.example"}),
    "POST /api/widget/rating": _chat("rating", "comment", json={"rating": 5}),
    "GET /api/widget/form": [Call(by="visitor", query=_FORM, words=("channel",))],
    "POST /api/widget/form": [
        Call(
            by="visitor",
            query=_FORM,
            form={"text": "Hello", "email": "new@customer.example", "order": "{order_name}"},
            words=(r"\w+",),
            same=("order",),
        )
    ],
    "GET /form/<token>": [Call(by="nobody", path={"token": "{public_form}"})],
    "POST /form/<token>": [
        Call(
            by="nobody",
            path={"token": "{public_form}"},
            form={"text": "Hello", "email": "new@customer.example"},
            words=(r"\w+",),
        )
    ],
}

# What opens by what it carries: there is nothing of ours beside it that could be mixed up. Each has
# the test that shows what a foreign, forged or used one gets.
CARRIES: dict[str, str] = {
    "GET /": "leads on; nothing is read",
    "GET /<slug>/app": "a session token: tests/ui_embed/test_auth.py",
    "GET /<slug>/app/<path:rest>": "a session token: tests/ui_embed/test_auth.py",
    "GET /<slug>/reload": "nothing is read",
    "GET /<slug>/install": "nothing yet: tests/integration/install/test_installing.py",
    "GET /<slug>/callback": "a signed state of this browser: tests/integration/install",
    "GET /<slug>/connect": "nothing: tests/ui_embed/connecting/test_pages.py",
    "POST /<slug>/connect": "nothing: tests/ui_embed/connecting/test_pages.py",
    "POST /<slug>/callback/<token>": "a nonce: tests/integration/install/test_connecting.py",
    "GET /<slug>/return/<token>": "a browser's cookie: tests/ui_embed/test_return.py",
    "POST /<slug>/return/<token>": "a browser's cookie: tests/ui_embed/test_return.py",
    "GET /<slug>/proxy/chat": "the shop's signature: tests/ui_embed/widget/test_proofs.py",
    "POST /api/v1/session": "a signed ticket: tests/ui_embed/test_tickets.py",
    "POST /api/v1/plugin/export": "a signed ticket: tests/integration/install/test_companions.py",
    "POST /api/v1/plugin/erase": "a signed ticket: tests/integration/install/test_companions.py",
    "POST /api/v1/plugin/disconnect": "a signed ticket: tests/integration/install",
    "GET /inbox/mail": "a signed link: tests/ui_embed/inbox/test_mail_links.py",
    "GET /invitations/<token>": "its own token: tests/ui_embed/agents/test_invitations.py",
    "POST /invitations/<token>": "its own token: tests/ui_embed/agents/test_invitations.py",
    "GET /sign-in": "nothing",
    "POST /sign-in": "a password: tests/ui_embed/agents/test_sign_in.py",
    "GET /sign-in/oidc": "nothing",
    "GET /sign-in/oidc/callback": "a state of this browser: tests/ui_embed/agents/oidc",
    "POST /sign-in/passkey": "a passkey's signature: tests/integration/agents/test_passkeys.py",
    "POST /sign-in/passkey/options": "nothing",
    "POST /sign-in/workspace": "a sign-in of this browser: tests/ui_embed/agents/test_sign_in.py",
    "POST /sign-out": "the session that it ends: tests/ui_embed/test_sessions.py",
    "GET /assets/<digest>/<path:name>": "nothing: files of the program",
    "GET /widget.js": "nothing: a file of the program",
    "GET /healthz": "nothing of anybody's",
    "GET /readyz": "nothing of anybody's",
    "GET /metrics": "a token of the operator's: figures over all workspaces",
    "GET /openapi.json": "nothing",
}
