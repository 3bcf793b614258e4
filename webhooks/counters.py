"""What the machines' door counts, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

accepted = Counter("tillside_webhooks_accepted", "Deliveries stored and acknowledged", ["platform"])
duplicates = Counter(
    "tillside_webhooks_duplicates", "Deliveries acknowledged that were stored before", ["platform"]
)
ignored = Counter(
    "tillside_webhooks_ignored",
    "Genuine deliveries acknowledged without storing them",
    ["platform", "reason"],
)
refused = Counter("tillside_webhooks_refused", "Deliveries refused", ["platform", "reason"])
batch_rows = Histogram(
    "tillside_webhooks_batch_rows",
    "Deliveries in one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
)
inbox_commit_seconds = Histogram(
    "tillside_inbox_commit_seconds",
    "Commits of the inbox",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
seconds = Histogram(
    "tillside_webhooks_seconds",
    "From the first byte to the answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
late = Counter("tillside_webhooks_late", "Answers that took longer than senders wait, 5 seconds")
waiting = Gauge("tillside_webhooks_waiting", "Deliveries that wait for their commit")
waiting_bytes = Gauge("tillside_webhooks_waiting_bytes", "Bytes of deliveries that wait for it")
oldest_waiting = Gauge(
    "tillside_webhooks_oldest_waiting_seconds", "How long the oldest of them has waited, or 0"
)
finished = Counter("tillside_deliveries_finished", "Deliveries worked off, by outcome", ["outcome"])
leases_expired = Counter(
    "tillside_leases_expired", "Deliveries handed out again after their worker was gone"
)
drain_rounds = Counter("tillside_drain_batches", "Batches of deliveries worked off")
