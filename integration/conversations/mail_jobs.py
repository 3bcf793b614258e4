"""The jobs of the mail flow: asking mailboxes, working off what came, sending, tidying up."""

from integration.conversations.attachments import tidy_uploads
from integration.conversations.changes import SENDING
from integration.conversations.incoming import fetching, listening, working_off
from integration.conversations.outgoing import outbox
from integration.conversations.outgoing.automatic import tidy_automatic
from integration.doors import House
from integration.jobs import JobDefinition
from integration.services import Services


def register(house: House) -> None:
    """The jobs of channels."""
    for definition in (
        JobDefinition(fetching.JOB, fetching.fetch, queue="calls"),
        JobDefinition("mail.fetch_all", fetching.fetch_all, every_seconds=60, timeout_seconds=60),
        JobDefinition(working_off.JOB, working_off.work_off_arrivals, every_seconds=5),
        JobDefinition(SENDING, outbox.send_due, queue="calls", every_seconds=10),
        JobDefinition(
            listening.JOB,
            listening.listen,
            queue="bulk",
            every_seconds=listening.EVERY_SECONDS,
            timeout_seconds=4000,
        ),
        JobDefinition("mail.tidy", tidy, queue="bulk", every_seconds=3600),
    ):
        house.add_job(definition)


def tidy(services: Services) -> None:
    """Forget what served its time."""
    tidy_automatic(services)
    tidy_uploads(services)
