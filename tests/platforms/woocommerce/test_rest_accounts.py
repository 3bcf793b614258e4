"""Real bodies of accounts, field by field."""

from typing import Any

import pytest

from platforms.records import AddressRecord, CustomerRecord
from platforms.woocommerce.rest import CUSTOMER_FIELDS, customer_record, is_mirrored_customer
from tests.platforms.woocommerce.example import payload
from tests.platforms.woocommerce.test_rest import JANES, at, rest


def test_accounts() -> None:
    jane = CustomerRecord(
        external_id="2",
        updated_at=at(2, 36, 0),
        created_at=at(2, 35, 59),
        email="jane@example.com",
        phone="555-0100",
        first_name="Janet",
        last_name="Ångström",
        address=JANES,
    )
    assert customer_record(payload("05-customer.created")) == jane
    assert customer_record(rest("customer-one")) == jane
    assert customer_record(rest("customers-page")[1]) == jane
    assert customer_record(payload("07-customer.updated")) == CustomerRecord(
        external_id="3",
        updated_at=at(2, 46, 12),
        created_at=at(2, 46, 7),
        email="maria@example.com",
        phone="+1 555 0101",
        first_name="María",
        last_name="O'Neil",
        address=AddressRecord(phone="+1 555 0101"),
    )
    assert customer_record(rest("customers-page")[0]) == CustomerRecord(
        external_id="6",
        updated_at=at(2, 49, 42),
        created_at=at(2, 49, 42),
        email="b1@example.com",
        phone=None,
        first_name=None,
        last_name=None,
    )


def test_an_account_asks_for_exactly_what_is_read() -> None:
    body = payload("05-customer.created")
    asked = set(CUSTOMER_FIELDS.split(","))
    assert asked <= body.keys()
    cut = {key: value for key, value in body.items() if key in asked}
    assert customer_record(cut) == customer_record(body)
    assert is_mirrored_customer(cut)


def test_an_account_without_a_name_has_that_of_its_address() -> None:
    body = payload("05-customer.created") | {"first_name": "", "last_name": ""}
    record = customer_record(body)
    assert (record.first_name, record.last_name) == ("Jane", "Ångström")


@pytest.mark.parametrize(
    ("changed", "mirrored"),
    [
        ({"role": "customer"}, True),
        ({"role": "subscriber"}, True),
        ({"role": "administrator"}, False),
        ({"role": "shop_manager", "is_paying_customer": True}, True),
        ({"role": "author", "is_paying_customer": "yes"}, False),
        ({"role": ""}, False),
        ({}, False),
    ],
)
def test_buyers_accounts_are_mirrored(changed: dict[str, Any], mirrored: bool) -> None:
    body = {key: value for key, value in payload("05-customer.created").items() if key != "role"}
    assert is_mirrored_customer({**body, "is_paying_customer": False, **changed}) is mirrored
