"""Answers out, by the merchant's SMTP server."""

from collections.abc import Callable
from datetime import UTC, datetime

from channels.email.composing import compose, envelope_of
from channels.email.files import MOST_BYTES
from channels.email.ours import ours_of
from channels.email.smtp import SmtpConnection
from channels.errors import MessageRefused
from channels.port import Connect
from channels.records import Account, Outbound, Sent

_LONGEST_NOTE = 500


def _utc_now() -> datetime:
    return datetime.now(UTC)


class EmailSender:
    """The port's Sender. The same message sent again has the same Message-ID."""

    def __init__(self, connect: Connect, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._connect = connect
        self._now = now

    def send(self, account: Account, message: Outbound) -> Sent:
        """Hand a message over; `note` names how many recipients were refused, and why.

        Raises ChannelError: after ChannelUnreachable it may have gone out.
        """
        if sum(len(file.data) for file in message.files) > MOST_BYTES:
            raise MessageRefused(f"The files are larger than {MOST_BYTES // 1024 // 1024} MB.")
        ours = ours_of(account)
        envelope = envelope_of(message, ours)
        raw = compose(
            message,
            ours,
            name=str(account.settings.get("display_name") or "") or None,
            plus_addressing=bool(account.settings.get("plus_addressing")),
            now=self._now(),
        )
        with SmtpConnection(self._connect, account) as connection:
            told, refused = connection.hand_over(envelope, raw)
        note = told
        if refused:
            reasons = "; ".join(f"{who}: {why}" for who, why in refused.items())
            note = f"Refused for {len(refused)} of {len(envelope.recipients)}: {reasons}"
        return Sent(message.external_id, note[:_LONGEST_NOTE] or None, len(refused))
