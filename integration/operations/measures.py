"""What the application counts in each of its processes, for `/metrics`."""

from prometheus_client import Histogram

store_call_seconds = Histogram(
    "tillside_store_call_seconds",
    "Calls to stores, until the answer begins, by what came of them",
    ["outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60),
)
commit_seconds = Histogram(
    "tillside_commit_seconds",
    "Commits of the main database",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
job_seconds = Histogram(
    "tillside_job_seconds",
    "Jobs run, by name and by what came of them",
    # Not `job`: that is Prometheus' own, for what it scrapes.
    ["name", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200),
)
pacing_wait_seconds = Histogram(
    "tillside_pacing_wait_seconds",
    "Waits for room in a store's bucket",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


def outcome_of(status: int) -> str:
    """How an answer is counted: throttled by itself, all others by their hundred (`2xx`)."""
    return "throttled" if status == 429 else f"{status // 100}xx"
