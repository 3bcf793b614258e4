"""Places beside marked columns: records, jobs, Valkey, files, logs, browsers, metrics, copies."""

from typing import Final

from integration.privacy.registry.records import Place

_OPERATOR = "the operator"
_OWNERS = "owners and admins of the workspace"
_NOBODY = "nobody, it is worked with only"
_NO_PERSON = "nothing: no person can be told from it"
_ENDS = "nothing: it ends by itself within a day"

# Tables without a customer's name in them, which tell of people all the same.
RECORDS: Final[tuple[Place, ...]] = (
    Place(
        "records",
        "profile_views",
        ("viewer", "profile_id", "conversation_id"),
        "proving who looked at whom",
        "profile_views",
        _NO_PERSON,
        _OWNERS,
    ),
    Place(
        "records",
        "audit_events",
        ("actor", "details"),
        "proving who changed what",
        "audit_events",
        _NO_PERSON,
        _OWNERS,
    ),
    Place(
        "records",
        "people_exports",
        ("viewer", "people"),
        "proving who took people out as a file",
        "people_exports",
        _NO_PERSON,
        _OWNERS,
    ),
    Place(
        "records",
        "receipts",
        ("body",),
        "proving what was erased and handed out",
        "proofs",
        "nothing: it proves the erasure, by ids and counts",
        _OWNERS,
    ),
    Place(
        "records",
        "erased_names",
        ("digest",),
        "knowing whoever was erased when a store tells of them again",
        "proofs",
        "nothing: keyed hashes, which keep the person from coming back",
        _NOBODY,
    ),
    Place(
        "records",
        "tombstones",
        ("external_id",),
        "knowing what was deleted or erased when a store tells of it again",
        "proofs",
        "nothing: a store's ids, which keep the person from coming back",
        _NOBODY,
    ),
    Place(
        "records",
        "aged_out",
        ("count",),
        "counting what went in time, until its receipt",
        "moments",
        _NO_PERSON,
        _NOBODY,
    ),
    Place(
        "records",
        "sign_in_failures",
        ("subject_digest",),
        "slowing whoever guesses passwords",
        "sign_in",
        "nothing: keyed hashes of staff's addresses, for hours",
        _NOBODY,
    ),
    Place(
        "records",
        "automatic_mails",
        ("recipient_digest", "thread_digest"),
        "writing to nobody too often",
        "moments",
        "nothing: keyed hashes, for a day",
        _NOBODY,
    ),
)

# Every job by its package; a job carries ids, words of ours and times, never what somebody said.
JOBS: Final[tuple[Place, ...]] = tuple(
    Place("jobs", package, tuple(names.split()), purpose, "moments", _ENDS, _OPERATOR)
    for package, names, purpose in (
        ("agents", "agents.sweep", "forgetting sign-ins"),
        ("arrivals", "arrivals.work_off", "making messages of mails"),
        ("chat", "chat.hand_over", "mailing what a visitor didn't see"),
        (
            "conversations",
            "conversations.escalate conversations.give_back conversations.index conversations.wake",
            "targets, snoozing, finding",
        ),
        (
            "install",
            "install.check_scopes install.check_subscriptions install.greet install.keep_tokens"
            " install.mend_subscriptions install.prove install.subscribe"
            " install.sweep_connections install.sweep_sessions",
            "connecting stores",
        ),
        ("mail", "mail.fetch mail.fetch_all mail.listen mail.tidy", "asking mailboxes"),
        (
            "privacy",
            "privacy.age_out privacy.prepare_exports privacy.run privacy.watch",
            "these duties",
        ),
        (
            "reconciliation",
            "reconciliation.compare_due reconciliation.thin reconciliation.watch"
            " reconciliation.whole",
            "comparing copies with stores",
        ),
        ("search", "search.work_off", "finding people"),
        ("sendings", "sendings.send", "sending messages"),
        (
            "sync",
            "sync.backfill sync.parts sync.refresh sync.refresh_all sync.shown sync.take_over",
            "reading stores",
        ),
        (
            "webhooks",
            "webhooks.drain webhooks.help webhooks.prune webhooks.sweep",
            "applying webhooks",
        ),
    )
)

VALKEY: Final[tuple[Place, ...]] = tuple(
    Place("valkey", prefix, tuple(holds.split(", ")), purpose, "moments", _ENDS, seen_by)
    for prefix, holds, purpose, seen_by in (
        ("rq:", "job names and ids, errors' classes for a day", "the queue", _OPERATOR),
        ("tillside:waiting:", "job keys", "one job of a key at a time", _NOBODY),
        ("tillside:events:", "kinds and ids", "live pages", "agents of the workspace"),
        ("tillside:passing:", "agents' names, ids", "who types now", "agents of the workspace"),
        ("tillside:here:", "agents' names", "who looks at a conversation", "its agents"),
        ("tillside:online:", "agents' doors", "who is there", "agents of the workspace"),
        ("tillside:chat:", "digests of addresses, counts", "limits of the chat", _NOBODY),
        ("tillside:pace", "stores' hosts, figures", "pacing calls to stores", _NOBODY),
        ("tillside:alive:", "process numbers", "which processes run", _OPERATOR),
        ("tillside:keys:", "names of keys", "which process knows which key", _OPERATOR),
        ("tillside:scheduler:leader", "a process", "which scheduler leads", _OPERATOR),
    )
)

FILES: Final[tuple[Place, ...]] = tuple(
    Place("files", name, (holds,), purpose, data_class, erased_by, _OPERATOR)
    for name, holds, purpose, data_class, erased_by in (
        (
            "tillside.db",
            "all tables but deliveries, with -wal, -shm, .turn and .next beside it",
            "the database, on SQLite",
            "store_copy",
            "integration.privacy.erasing.remains.clear_remains",
        ),
        (
            "inbox.db",
            "deliveries, with -wal and -shm beside it",
            "the inbox, on SQLite",
            "deliveries",
            "integration.privacy.erasing.remains.clear_remains",
        ),
        (
            "erasures.jsonl",
            "keyed hashes of who was erased",
            "erasing again after a backup was put back",
            "proofs",
            "nothing: keyed hashes, which keep the person from coming back",
        ),
        ("settling.lock", "nothing", "one process at a time does so", "operators", _NO_PERSON),
        ("kept.json", "keys", "what one machine made for itself", "operators", _NO_PERSON),
        ("valkey", "what Valkey holds", "`tillside up`'s own Valkey", "moments", _ENDS),
        ("valkey.password", "a password", "`tillside up`'s own Valkey", "operators", _NO_PERSON),
    )
)

OUTSIDE: Final[tuple[Place, ...]] = (
    Place(
        "logs",
        "standard error",
        ("event", "ids", "routes without their query", "classes of errors"),
        "seeing what happened",
        "operators",
        _NO_PERSON,
        _OPERATOR,
    ),
    Place(
        "logs",
        "SENTRY_DSN",
        ("classes and places of errors",),
        "unexpected errors, where the operator asks for it",
        "operators",
        _NO_PERSON,
        "whoever runs that server",
    ),
    Place(
        "browser",
        "tillside:draft:",
        ("answers that are being written",),
        "not losing an answer",
        "browser",
        "nothing: it ends with the answer, by signing out, or by itself",
        "the agent",
    ),
    Place(
        "browser",
        "tillside:${CHANNEL}:",
        ("the visitor's token, their draft, what isn't sent yet",),
        "going on with a chat on the next page",
        "browser",
        "nothing: in the visitor's own browser; the token leads nowhere after an erasure",
        "the visitor",
    ),
    Place(
        "browser",
        "cookies",
        ("a session's token", "a mark of the browser that connects a store"),
        "staying signed in",
        "sessions",
        _NO_PERSON,
        "oneself",
    ),
    Place(
        "metrics",
        "/metrics",
        tuple("code kind name outcome part platform queue reason state status".split()),
        "seeing how the house stands",
        "operators",
        _NO_PERSON,
        _OPERATOR,
    ),
    Place(
        "copies",
        "backups",
        ("the databases as they were",),
        "putting back what was lost",
        "operators",
        "integration.privacy.restoring.settling.settle",
        _OPERATOR,
    ),
)
