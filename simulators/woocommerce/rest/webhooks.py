"""`webhooks`: whoever makes one owns it; the ping goes out before the answer."""

from __future__ import annotations

import hashlib

from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.bodies.webhook import valid_topic, webhook_body
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.php import encode
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import RestError, invalid_id, no_trash
from simulators.woocommerce.rest.listing import ids, joined, window


def _find(call: Call) -> Webhook:
    found = call.site.webhooks.get(int(call.path["id"]))
    if found is None:
        raise invalid_id("shop_webhook")
    return found


def _refused(what: str, message: str) -> RestError:
    return RestError(f"woocommerce_rest_shop_webhook_invalid_{what}", message, 400)


def _check_topic(topic: str) -> None:
    if not valid_topic(topic):
        raise _refused("topic", "Webhook topic is required and must be valid.")


def listing(call: Call) -> Answer:
    call.allow("list")
    status = call.params["status"]
    include, exclude = ids(call.params.get("include")), ids(call.params.get("exclude"))
    found = [
        each for each in call.site.webhooks.values()
        if status in ("all", each.status)
        and (not include or each.id in include) and each.id not in exclude
    ]  # fmt: skip
    found.sort(key=lambda each: (each.created_at, each.id), reverse=call.params["order"] == "desc")
    shown, headers = window(call, [each.id for each in found])
    hooks = call.site.webhooks
    bodies = (webhook_body(call.state, call.site, hooks[each]) for each in shown)
    return joined([encode(only(body, call.fields)) for body in bodies], headers)


def read(call: Call) -> Answer:
    hook = _find(call)
    call.allow("view")
    return one(call, webhook_body(call.state, call.site, hook))


def create(call: Call) -> Answer:
    """Active at once, whatever `status` was asked for."""
    call.allow("create")
    given, user = call.params, call.user
    if user is None:
        raise AssertionError("only a user is allowed")
    _check_topic(given["topic"])
    if not given["delivery_url"].startswith(("http://", "https://")):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise _refused("delivery_url", message)
    now = call.state.clock.stamp()
    default = hashlib.md5(f"{user.id}|{user.username}".encode()).hexdigest()
    hook = Webhook(
        call.site.next_id("webhook"), user.id,
        given.get("name") or f"Webhook created on {now:%b %d, %Y @ %I:%M %p}",
        given["topic"], given["delivery_url"], given.get("secret") or default, now,
    )  # fmt: skip
    call.site.webhooks[hook.id] = hook
    body = webhook_body(call.state, call.site, hook)
    call.after.append(lambda: call.state.resources["outbox"].ping(call.site, hook))
    return one(call, body, 201, body["_links"]["self"][0]["href"])


def update(call: Call) -> Answer:
    """Name, topic, secret and status; `active` forgets the failures. The address stays."""
    hook = _find(call)
    call.allow("edit")
    given = call.params
    if given.get("topic"):
        _check_topic(given["topic"])
        hook.topic = given["topic"]
    hook.name = given.get("name") or hook.name
    hook.secret = given.get("secret") or hook.secret
    if given.get("status"):
        hook.status = given["status"]
        if hook.status == "active":
            hook.failures = 0
    hook.modified_at = call.state.clock.stamp()
    return one(call, webhook_body(call.state, call.site, hook))


def delete(call: Call) -> Answer:
    hook = _find(call)
    call.allow("delete")
    if not call.params.get("force"):
        raise no_trash("Webhooks")
    del call.site.webhooks[hook.id]
    return one(call, webhook_body(call.state, call.site, hook))
