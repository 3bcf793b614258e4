"""Where a phone system calls us: verified by the one way that its channel is set up for."""

import time
from collections.abc import Callable

from channels.errors import CallRefused
from channels.phone import signed, twilio
from channels.phone.accounts import SIGNED, TWILIO
from channels.phone.events import CallEvent
from channels.records import Account, Call, Heard


class PhoneCalls:
    """The port's CallGate for a phone line. `now` is the time in Unix seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now

    def hear(self, call: Call, account: Account) -> Heard:
        """What a call tells. Raises CallRefused, also where the channel isn't told of calls."""
        told_by = account.settings.get("told_by")
        if told_by == TWILIO:
            return self._of_twilio(call, account)
        if told_by == SIGNED:
            return self._of_signed(call, account)
        raise CallRefused("nobody is set up to tell of calls on this channel")

    def _of_twilio(self, call: Call, account: Account) -> Heard:
        fields = twilio.verified_fields(call, _secret(account, "auth_token"))
        forward_to = str(account.settings.get("forward_to") or "")
        event = twilio.event_of_fields(
            fields,
            is_passed_on=bool(forward_to),
            links_recordings=bool(account.settings.get("link_recordings")),
        )
        return _heard(event, twilio.what_to_do(event, forward_to, call.url), "text/xml")

    def _of_signed(self, call: Call, account: Account) -> Heard:
        told = signed.verified_body(call, _secret(account, "signing_secret"), self._now())
        links = bool(account.settings.get("link_recordings"))
        return _heard(signed.event_of_body(told, links_recordings=links), b"", "text/plain")


def _heard(event: CallEvent | None, answer: bytes, answer_type: str) -> Heard:
    if event is None:
        return Heard(dedupe="", raw=None, answer=answer, answer_type=answer_type)
    return Heard(
        dedupe=event.dedupe,
        raw=event.as_bytes(),
        external_id=event.external_id,
        answer=answer,
        answer_type=answer_type,
    )


def _secret(account: Account, name: str) -> str:
    held = account.secrets.get(name)
    plain = held.get_secret_value() if held is not None else ""
    if not plain:
        # An empty key would verify whatever anybody signs with none.
        raise CallRefused("the channel has nothing to verify calls with")
    return plain
