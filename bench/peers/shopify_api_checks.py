"""Shopify's library for Node judges the stand-in: its session tokens and webhooks, and forged ones.

Prints what it said of each; ends with 1 where it took a forged one or refused a genuine one.

    python -m bench.peers.shopify_api_checks
"""

import json
import subprocess
import sys
from typing import Any

from bench.peers import node
from simulators.shopify.actions.app import install
from simulators.shopify.config import AppConfig
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running, running

_SECRET, _OTHER = "shpss_of_the_checks", "shpss_of_somebody_else"
_KEY = "the-client-id"
# Nobody listens there: what is sent is read from the stand-in's own log.
_NOWHERE = "http://127.0.0.1:9/webhooks/shopify"
_TOPICS = ("orders/create", "customers/update", "refunds/create")

Judged = list[tuple[str, bool, dict[str, Any]]]


def main() -> int:
    """0 when it judged as we do."""
    app = AppConfig(
        client_id=_KEY, secrets=[_SECRET], webhook_uri=_NOWHERE, webhook_topics=list(_TOPICS)
    )
    with running(app, retry_seconds=(0.01,)) as stand:
        install(stand.state, stand.shop(), app.scope_set)
        tokens, webhooks = _tokens(stand), _webhooks(stand)
    asked = {
        "secret": _SECRET,
        "apiKey": _KEY,
        "tokens": [token for _, _, token in tokens],
        "webhooks": [webhook for _, _, webhook in webhooks],
    }
    done = subprocess.run(
        ["node", "checks.mjs"],
        cwd=node.environment(),
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    wrong = 0
    for (name, is_genuine, _), said in zip(
        [*tokens, *webhooks], [*found["tokens"], *found["webhooks"]], strict=True
    ):
        wrong += said["valid"] != is_genuine
        print(f"{name}: {'taken' if said['valid'] else 'refused'}  {json.dumps(said)}")
    return 1 if wrong else 0


def _tokens(stand: Running) -> list[tuple[str, bool, str]]:
    shop = stand.shop()
    staff = next(iter(shop.staff.values()))
    return [
        ("a session token", True, mint(shop, staff, _KEY, _SECRET)),
        ("one by another secret", False, mint(shop, staff, _KEY, _OTHER)),
        ("one for another app", False, mint(shop, staff, "another-app", _SECRET)),
    ]


def _webhooks(stand: Running) -> Judged:
    stand.control("orders/place", payment="paid", lines=_one_line(stand), email="a@example.com")
    stand.settle()
    found: Judged = []
    for delivery in list(stand.outbox.log):
        body = delivery.body.decode()
        genuine = {"headers": delivery.headers(_SECRET), "body": body}
        found.append((f"a webhook {delivery.topic}", True, genuine))
        found.append(("its body changed", False, {**genuine, "body": body + " "}))
        forged = {"headers": delivery.headers(_OTHER), "body": body}
        found.append(("signed by another secret", False, forged))
    if not found:
        raise RuntimeError("the stand-in sent nothing")
    return found


def _one_line(stand: Running) -> list[dict[str, Any]]:
    variant = next(iter(stand.shop().variants.values()))
    return [{"sku": variant.sku, "quantity": 1}]


if __name__ == "__main__":
    sys.exit(main())
