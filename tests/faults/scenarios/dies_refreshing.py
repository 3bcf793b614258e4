"""A worker that refreshes a store's token, says so once it holds the claim, and waits to be killed.

It reads what to do as one line of JSON from its input.
"""

import json
import sys
import threading
import time

from sqlalchemy import select

from integration.install.access import store_access
from integration.models import Credential
from tests.faults.scenarios.tokens import services_of


def main() -> None:
    """Refresh; the store is slow to answer."""
    given = json.loads(sys.stdin.readline())
    services = services_of(given["environment"], given["url"], given["keys"])
    access = store_access(services, **given["store"])
    refused = access.token()
    threading.Thread(target=access.renew, args=(refused,), daemon=True).start()
    while True:
        with services.db.workspace(given["store"]["workspace_id"]) as session:
            if session.execute(select(Credential.claim)).scalar_one() is not None:
                break
        time.sleep(0.01)
    print("claimed", flush=True)
    time.sleep(120)


if __name__ == "__main__":
    main()
