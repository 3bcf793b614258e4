"""Runs dlt's `rest_api` source as its manual has it: orders and accounts into a SQLite file.

Run by the peer's own Python. STAND_IN, KEY, SECRET and DATABASE are where it reads, as whom, and
where it writes; FOLDER is for its own files. The seconds of the whole run and how many orders it
loaded stand on the last line of stderr.
"""

import os
import sqlite3
import sys
import time

import dlt  # type: ignore[import-not-found]
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]

_SORTED = {"per_page": 100, "orderby": "id", "order": "asc"}


def _source() -> object:
    return rest_api_source(
        {
            "client": {
                "base_url": f"{os.environ['STAND_IN']}/wp-json/wc/v3/",
                "auth": {
                    "type": "http_basic",
                    "username": os.environ["KEY"],
                    "password": os.environ["SECRET"],
                },
                "paginator": "header_link",
            },
            "resource_defaults": {"primary_key": "id", "write_disposition": "replace"},
            "resources": [
                {"name": "customers", "endpoint": {"path": "customers", "params": _SORTED}},
                {"name": "orders", "endpoint": {"path": "orders", "params": _SORTED}},
            ],
        }
    )


if __name__ == "__main__":
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=os.environ["FOLDER"],
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{os.environ['DATABASE']}"),
        dataset_name="main",
    )
    began = time.perf_counter()
    pipeline.run(_source())
    seconds = time.perf_counter() - began
    with sqlite3.connect(os.environ["DATABASE"]) as connection:
        loaded = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
    sys.stderr.write(f"\nseconds {seconds:.4f} orders {loaded}\n")
