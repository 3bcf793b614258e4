"""The app's own file and the adapter say the same."""

import tomllib
from pathlib import Path
from typing import Any

from platforms.shopify.config import DEFAULT_API_VERSION, DEFAULT_SCOPES
from platforms.shopify.privacy import COMPLIANCE_TOPICS
from platforms.shopify.subscriptions import TOPICS

ROOT = Path(__file__).parents[3]


def _app() -> dict[str, Any]:
    return tomllib.loads((ROOT / "ui_embed" / "shopify" / "shopify.app.toml").read_text())


def test_the_same_scopes() -> None:
    assert set(_app()["access_scopes"]["scopes"].split(",")) == set(DEFAULT_SCOPES)


def test_the_same_version_and_topics() -> None:
    webhooks = _app()["webhooks"]
    assert webhooks["api_version"] == DEFAULT_API_VERSION
    topics = [topic for each in webhooks["subscriptions"] for topic in each.get("topics", [])]
    assert sorted(topics) == sorted(TOPICS)


def test_the_compliance_topics_stand_in_the_file_only() -> None:
    subscriptions = _app()["webhooks"]["subscriptions"]
    topics = [topic for each in subscriptions for topic in each.get("compliance_topics", [])]
    assert set(topics) == COMPLIANCE_TOPICS
    assert not set(topics) & set(TOPICS)
