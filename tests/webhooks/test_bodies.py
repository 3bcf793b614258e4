"""Bodies of deliveries: packed, sealed, and given back byte by byte."""

import json
from dataclasses import dataclass

import pytest

from integration.crypto import CannotOpen
from integration.delivery_bodies import ERASED, about_body, intake_key, open_body, seal_body
from integration.services import Services
from tests.webhooks.bodies import order

KEY = b"k" * 32
FRAME = b"\x28\xb5\x2f\xfd"


@dataclass
class Row:
    """A delivery as far as its body goes."""

    sealed_body: bytes
    dedupe_key: bytes = KEY
    id: int = 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", json.dumps(order(1)).encode(), bytes(range(256)) * 999, FRAME, FRAME * 2]
)
def test_a_body_comes_back_byte_by_byte(services: Services, body: bytes) -> None:
    sealed = seal_body(intake_key(services), KEY, body)
    assert open_body(services, Row(sealed), None, None) == body


def test_an_order_takes_less_than_half_of_its_length(services: Services) -> None:
    body = json.dumps(order(1)).encode()
    assert len(body) > 1000
    assert len(seal_body(intake_key(services), KEY, body)) < len(body) / 2


def test_a_body_that_was_sealed_as_it_came_opens_as_it_is(services: Services) -> None:
    for body in (b"", b'{"id": 1}', b"id=1&topic=ping"):
        sealed = intake_key(services).seal(body, about_body(KEY))
        assert open_body(services, Row(sealed), None, None) == body


def test_a_body_opens_in_no_other_row_and_not_when_it_was_changed(services: Services) -> None:
    sealed = seal_body(intake_key(services), KEY, b"{}")
    bent = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for row in (Row(sealed, b"o" * 32), Row(bent), Row(ERASED)):
        with pytest.raises(CannotOpen):
            open_body(services, row, None, None)
