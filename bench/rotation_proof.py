"""After it: each delivery that was acknowledged is stored, was worked off, and opens with the keys
that are left; so do the stores' and channels' own secrets.
"""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select

from bench.rotation_world import Place, opened_with
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import thread_of
from integration.crypto import CannotOpen
from integration.delivery_bodies import Opener
from integration.install.companions import companion_of
from integration.install.endpoints import webhook_endpoint
from integration.models import Conversation, Delivery, DeliveryWork, InboxMark, Store
from integration.models.vocabulary import WorkState
from integration.operations.data_keys import count_wraps
from integration.services import Services

_DRAINS_WITHIN_SECONDS = 180.0
_LOOKS_EVERY_SECONDS = 0.2


def await_drained(folder: Path, place: Place, url: str | None) -> list[str]:
    """Wait until all that is stored was worked off; what wasn't, or not well, in words."""
    services = opened_with(folder, place.files.keys.read_text(), url)
    until = time.monotonic() + _DRAINS_WITHIN_SECONDS
    while time.monotonic() < until and _waiting(services):
        time.sleep(_LOOKS_EVERY_SECONDS)
    left = _waiting(services)
    statement = select(func.count()).select_from(DeliveryWork)
    bad = statement.where(DeliveryWork.state.in_([WorkState.PARKED, WorkState.REFUSED]))
    with services.db.across_workspaces() as session:
        given_up = session.execute(bad).scalar_one()
    _close(services)
    told = [f"{left} deliveries were never worked off"] if left else []
    return told + ([f"{given_up} deliveries were parked or refused"] if given_up else [])


def unopened(
    folder: Path, place: Place, stored: Mapping[str, bytes], url: str | None
) -> tuple[int, list[str]]:
    """How many deliveries opened with the present key alone and are what was sent; what isn't there
    or doesn't open, in words.
    """
    current = place.files.keys.read_text().partition(",")[0]
    services = opened_with(folder, current, url)
    opened, wrong = _opened(services)
    missing = [name for name, digest in stored.items() if opened.get(name) != digest]
    if missing:
        wrong.append(f"{len(missing)} that were acknowledged are not there: {missing[:3]}")
    key_id = current.partition(":")[0]
    others = sorted(set(count_wraps(services)) - {key_id})
    wrong += [f"data keys are wrapped with {', '.join(others)} yet"] if others else []
    wrong += _secrets(services, place)
    _close(services)
    return len(stored) - len(missing), wrong


def _waiting(services: Services) -> int:
    with services.inbox.across_workspaces() as session:
        last = session.execute(select(func.max(Delivery.id))).scalar() or 0
    open_states = [WorkState.WAITING, WorkState.LEASED]
    statement = select(func.count()).select_from(DeliveryWork)
    with services.db.across_workspaces() as session:
        taken = session.execute(select(func.max(InboxMark.taken_id))).scalar() or 0
        left = session.execute(statement.where(DeliveryWork.state.in_(open_states))).scalar_one()
    return int(left) + max(0, int(last) - int(taken))


def _opened(services: Services) -> tuple[dict[str, bytes], list[str]]:
    """The digest of each body by the delivery's name."""
    with services.db.across_workspaces() as session:
        stores = {store.id: store for store in session.execute(select(Store)).scalars()}
    openers = {number: Opener(services, store) for number, store in stores.items()}
    found: dict[str, bytes] = {}
    refused = 0
    with services.inbox.across_workspaces() as session:
        rows = session.execute(select(Delivery).execution_options(yield_per=500)).scalars()
        for row in rows:
            try:
                body = openers[row.store_id or 0].open(row, None)
            except CannotOpen:
                refused += 1
                continue
            found[row.delivery_external_id] = hashlib.sha256(body).digest()
    return found, [f"{refused} bodies don't open"] if refused else []


def _secrets(services: Services, place: Place) -> list[str]:
    """What stores and channels hold for themselves."""
    with services.db.across_workspaces() as session:
        store = session.execute(select(Store).where(Store.platform == "woocommerce")).scalar_one()
        talks = session.execute(select(Conversation).order_by(Conversation.id)).scalars().all()
    wrong = []
    if webhook_endpoint(services, store).url.rpartition("/")[2] not in place.site_path:
        wrong.append("the site's webhook token doesn't open")
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    if companion_of(services, **ids) != place.companion:
        wrong.append("the plugin's secret doesn't open")
    texts = []
    for talk in talks:
        with services.db.workspace(talk.workspace_id) as session:
            thread = thread_of(session, ChannelKeys(services.keyring), talk.id)
            texts += [message.text for message in thread.messages]
    if any(said.text not in texts for said in place.said):
        wrong.append("a message doesn't open")
    return wrong


def _close(services: Services) -> None:
    services.db.dispose()
    services.inbox.dispose()
