"""As little of the service as its plugin needs: a panel that takes tickets, and answers to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request

_PANEL = """<!doctype html><title>Panel</title><body style="margin:0"><p id="answer">waiting</p>
<button>Open</button><input id="to">
<script>
document.querySelector('button').addEventListener('click', () => {
  parent.postMessage({type: 'tillside:open', url: document.getElementById('to').value}, '*');
});
addEventListener('message', async (event) => {
  if (event.data?.type !== 'tillside:ticket') return;
  const {ticket, order, customer} = event.data;
  const answer = await fetch('/api/v1/session', {method: 'POST', body: JSON.stringify({ticket})});
  document.getElementById('answer').textContent =
    `${answer.status} order ${order} customer ${customer} from ${event.origin}`;
  parent.postMessage({type: 'tillside:resize', height: 900}, event.origin);
});
parent.postMessage({type: 'tillside:ready'}, '*');
</script>"""


def opened(ticket: str, secret: str) -> dict[str, Any] | None:
    """The claims of a ticket that was signed with the secret, with its header's `kid`."""
    signed, _, digest = ticket.rpartition(".")
    right = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(base64.urlsafe_b64decode(digest + "=="), right):
        return None
    header, claims = (json.loads(base64.urlsafe_b64decode(p + "==")) for p in signed.split("."))
    assert (header["alg"], header["typ"]) == ("HS256", "JWT")
    return {**claims, "kid": header["kid"]}


@dataclass(slots=True)
class Service:
    """`asked` is the claims of what the site's server asked, by use; `answers` what it gets."""

    secret: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    panels: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=lambda: {
        "disconnect": {"status": "disconnected"},
        "erase": {"removed": 3, "retained": 1, "messages": ["Kept for the books."], "done": True},
        "export": {"groups": [{
            "group_id": "orders", "group_label": "Orders", "item_id": "7",
            "data": [{"name": "Name", "value": "<b>נועה</b>"}],
        }], "done": True},
    })  # fmt: skip
    status: int = 200

    @property
    def app(self) -> Flask:
        app = Flask("stub_service")
        app.add_url_rule("/panel", view_func=lambda: _PANEL, endpoint="panel")
        app.add_url_rule("/api/v1/session", "session", self._session, methods=["POST"])
        app.add_url_rule("/api/v1/plugin/<use>", "plugin", self._plugin, methods=["POST"])
        return app

    def _session(self) -> tuple[dict[str, Any], int]:
        claims = opened(request.get_json(force=True)["ticket"], self.secret)
        if claims is None:
            return {"error": {}}, 401
        self.panels.append(claims)
        return {"bearer": "b", "expires_in_seconds": 60}, 200

    def _plugin(self, use: str) -> tuple[dict[str, Any], int]:
        claims = opened(request.get_json()["ticket"], self.secret)
        if claims is None or claims["use"] != use:
            return {"error": {}}, 401
        self.asked.append(claims)
        return self.answers[use], self.status
