"""Which platforms a process has, by its settings."""

import pytest

from integration.app import build_platforms
from integration.errors import MissingSetting
from tests.platforms.loopback import guarded

_URL = {"APP_URL": "https://tillside.example"}
_KEY, _SECRET = "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET"


def test_a_platform_without_any_setting_of_its_own_is_off() -> None:
    assert "shopify" not in build_platforms(guarded(), _URL)
    assert "shopify" not in build_platforms(guarded(), {**_URL, _KEY: " ", _SECRET: ""})


def test_one_that_is_set_up_is_there() -> None:
    assert "shopify" in build_platforms(guarded(), {**_URL, _KEY: "key", _SECRET: "secret"})


@pytest.mark.parametrize(("given", "missing"), [(_KEY, _SECRET), (_SECRET, _KEY)])
def test_one_that_is_begun_stops_the_process_by_the_name_of_what_is_missing(
    given: str, missing: str
) -> None:
    with pytest.raises(MissingSetting, match=missing):
        build_platforms(guarded(), {**_URL, given: "x"})
