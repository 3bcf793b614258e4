"""A store's keys as one secret."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import AuthorizationLost
from platforms.port import Secret
from platforms.woocommerce.credentials import Credentials

KEYS = Credentials("ck_1", "cs_2", "https://shop.example/wp-json/", "query")


def test_keys_are_one_secret_and_come_out_of_it_again() -> None:
    packed = KEYS.packed()
    assert orjson.loads(packed.reveal()) == {
        "consumer_key": "ck_1",
        "consumer_secret": "cs_2",
        "rest_root": "https://shop.example/wp-json/",
        "auth": "query",
    }
    assert Credentials.unpacked(packed) == KEYS


def test_keys_show_nothing_of_themselves() -> None:
    shown = repr(KEYS) + str(KEYS) + repr(KEYS.packed()) + str(KEYS.packed())
    assert "ck_1" not in shown
    assert "cs_2" not in shown


def test_keys_know_whether_they_travel_encrypted() -> None:
    assert KEYS.is_https
    assert not Credentials("a", "b", "http://127.0.0.1/wp-json/").is_https


@pytest.mark.parametrize(
    "changed",
    [
        {"auth": "digest"},
        {"auth": None},
        {"auth": ["basic"]},
        {"consumer_key": ""},
        {"consumer_key": 5},
        {"consumer_secret": None},
        {"rest_root": ""},
        {"rest_root": {}},
    ],
)
def test_a_secret_that_lacks_something_has_to_be_given_again(changed: dict[str, Any]) -> None:
    value = {**orjson.loads(KEYS.packed().reveal()), **changed}
    with pytest.raises(AuthorizationLost, match="connect it again"):
        Credentials.unpacked(Secret(orjson.dumps(value).decode()))


@given(st.text(max_size=60))
def test_any_secret_is_keys_or_lost(text: str) -> None:
    with pytest.raises(AuthorizationLost):
        Credentials.unpacked(Secret(text))
