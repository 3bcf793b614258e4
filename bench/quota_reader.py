"""A process that reads a store's changed orders whole, once, in one more process than its worker.

python -m bench.quota_reader WORKSPACE_ID STORE_ID
"""

import sys
from datetime import UTC, datetime

from integration.app import build_services
from integration.install.access import store_access
from integration.models import Store

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def main(workspace_id: int, store_id: int) -> None:
    """Wait for a line, read, and print how many orders there were."""
    services = build_services()
    with services.db.workspace(workspace_id) as session:
        slug = session.get_one(Store, store_id).platform
    access = store_access(services, workspace_id=workspace_id, store_id=store_id)
    reader = services.platforms[slug].reader(access)
    print("ready", flush=True)
    sys.stdin.readline()
    pages = reader.changed_orders(
        _LONG_AGO, lambda marks: frozenset(mark.external_id for mark in marks)
    )
    print(sum(len(page.records) for page in pages), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
