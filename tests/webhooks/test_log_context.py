"""Every line that a batch logs carries whose it is and the span of its deliveries: ids only."""

from typing import Any

import pytest
import structlog

from integration.jobs import JobDefinition
from integration.models import Store
from integration.processes import worker
from integration.services import Services
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, works
from webhooks.batch import Batch
from webhooks.drain import drain


def _bound() -> dict[str, Any]:
    return dict(structlog.contextvars.get_contextvars())


def test_a_batch_and_what_is_read_beside_it_are_bound_to_their_store(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []

    def told(batch: Batch) -> bool:
        seen.append(_bound())
        return True

    def read(batch: Batch) -> None:
        seen.append(_bound())

    monkeypatch.setattr(Batch, "apply_told", told)
    monkeypatch.setattr(Batch, "apply_read", read)
    for number in range(3):
        send("orders/create", order(number))
    before = _bound()
    drain(services)
    ids = [work.delivery_id for work in works(services)]
    wanted = {
        "workspace_id": store.workspace_id,
        "store_id": store.id,
        "first_delivery_id": ids[0],
        "last_delivery_id": ids[-1],
    }
    assert len(seen) == 2
    assert [{name: each[name] for name in wanted} for each in seen] == [wanted, wanted]
    assert _bound() == before


def test_a_job_is_bound_to_its_name_its_run_and_its_ids_even_where_it_fails() -> None:
    seen: list[dict[str, Any]] = []

    def note(_services: object, *, store_id: int) -> None:
        seen.append(_bound())
        if store_id == 2:
            raise ValueError("no")

    definition = JobDefinition("sync.example", note)
    worker._run(None, definition, {"store_id": 1})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no"):
        worker._run(None, definition, {"store_id": 2})  # type: ignore[arg-type]
    assert [(each["job"], each["store_id"]) for each in seen] == [
        ("sync.example", 1),
        ("sync.example", 2),
    ]
    assert seen[0]["job_run"] != seen[1]["job_run"]
    assert "job" not in _bound()
