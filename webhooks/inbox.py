"""The durable store of deliveries, on whichever database there is."""

from collections.abc import Callable

from sqlalchemy.engine import URL, make_url

from integration.services import Services
from webhooks.group_commit import GroupCommit, Sink
from webhooks.inbox_postgresql import PostgresqlSink
from webhooks.inbox_sqlite import SqliteSink


def open_inbox(services: Services, on_new: Callable[[], None] | None = None) -> GroupCommit:
    """The inbox of this process. Its table is made by `tillside db upgrade`.

    On PostgreSQL it is written with the role of INBOX_DATABASE_URL, where one is set.
    """
    url = services.inbox.engine.url
    apart = services.settings.inbox_database_url.get_secret_value()
    if apart and not services.inbox.is_sqlite:
        url = make_url(apart)
    return GroupCommit(sink(url), on_new=on_new)


def sink(url: URL) -> Sink:
    """Where batches are committed for a database address."""
    if url.get_backend_name() == "sqlite":
        return SqliteSink(url.database or "")
    plain = url.set(drivername="postgresql")
    return PostgresqlSink(plain.render_as_string(hide_password=False))
