"""Our plugin inside a store: how it is told to speak to us."""

from contextlib import suppress
from typing import Any

import orjson

from platforms.errors import AuthorizationLost
from platforms.port import Answer, Companion, StoreAccess
from platforms.woocommerce.answers import read_answer
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.once import SingleCalls

# WooCommerce lets its keys into namespaces that begin with `wc-` (WC_REST_Authentication).
INSTALLATION = "wc-tillside/v1/installation"
_NOWHERE = frozenset({404, 410})


def greet(calls: SingleCalls, access: StoreAccess, companion: Companion) -> bool:
    """Give the plugin its installation; False where it isn't, or is another service's.

    Raises AuthorizationLost for keys that the store no longer knows, another PlatformError when
    it can't be told now.
    """
    handed = {
        "installation_id": companion.installation_id,
        "secret": companion.secret.reveal(),
        "app_url": companion.app_url,
        "panel_url": companion.panel_url,
    }
    keys = Credentials.unpacked(access.token())
    answer = calls.answer(keys, "POST", INSTALLATION, data=handed)
    if answer.status in _NOWHERE or _is_refused_by_plugin(answer):
        return False
    read_answer(answer)
    return True


def take_leave(calls: SingleCalls, access: StoreAccess) -> None:
    """Have the plugin forget us and delete the key that this is said with.

    Nothing where there is no plugin, or where the key is gone already. Raises PlatformError when
    that can't be told now.
    """
    keys = Credentials.unpacked(access.token())
    answer = calls.answer(keys, "DELETE", INSTALLATION)
    if answer.status in _NOWHERE or _is_refused_by_plugin(answer):
        return
    with suppress(AuthorizationLost):
        read_answer(answer)


def _is_refused_by_plugin(answer: Answer) -> bool:
    """Whether the plugin itself doesn't take us, though it knows whose key it is."""
    if answer.status != 403:
        return False
    try:
        body: Any = orjson.loads(answer.body)
    except ValueError:
        return False
    code = body.get("code") if isinstance(body, dict) else None
    return isinstance(code, str) and code.startswith("tillside_")
