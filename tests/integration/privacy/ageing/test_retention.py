"""How long each class is kept: by itself, by the merchant's choice, and no day less or more."""

import re
from datetime import timedelta

import pytest

from integration.errors import Invalid, NotFound
from integration.models import AuditEvent, RetentionRule, Store
from integration.privacy.ageing.aged_rows import FORGETS
from integration.privacy.ageing.data_classes import BY_NAME, CLASSES
from integration.privacy.ageing.retention import reset_retention, set_retention
from integration.privacy.requests.overview import privacy_overview
from integration.services import Services
from tests.conftest import ROOT, StandingClock
from tests.webhooks.parts import add_store, rows

BY = "agent:3"
# What other jobs forget, and the tests of their days by a clock that stands.
_HERE = "tests/integration/privacy/ageing/test_forgetting.py"
ELSEWHERE = {
    "deliveries": (
        "tests/webhooks/test_pruning.py",
        "test_what_was_applied_is_removed_after_its_days_and_not_before",
    ),
    "parked_deliveries": (
        "tests/webhooks/test_pruning.py",
        "test_what_is_parked_stays_longer_and_what_waits_stays",
    ),
    "uploads": (_HERE, "test_an_upload_that_nobody_sent_goes_after_two_days"),
    "sessions": (
        "tests/integration/install/test_sessions.py",
        "test_the_sweep_forgets_sessions_that_ended_long_ago",
    ),
    "sign_in": ("tests/ui_embed/agents/test_throttle.py", "test_failures_are_forgotten"),
}
# What ends by itself where it is: in Valkey, in a browser.
BY_ITSELF = {"moments", "browser"}


def test_every_class_that_ends_is_forgotten_by_somebody_and_tested() -> None:
    ends = {each.name for each in CLASSES if each.default_days is not None or each.is_changeable}
    assert {each.name for each in CLASSES if each.ages} == set(FORGETS)
    assert ends == set(FORGETS) | set(ELSEWHERE) | BY_ITSELF
    for file, name in ELSEWHERE.values():
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), name


def test_bounds_hold_the_default_and_reasons_are_given() -> None:
    assert len(BY_NAME) == len(CLASSES)
    for each in CLASSES:
        assert each.title
        assert each.covers
        assert each.remark.endswith("."), each.name
        if each.is_changeable:
            assert each.ages
            assert each.least is not None
            assert each.most is not None
            assert 0 < each.least < each.most
            inside = each.default_days is None or each.least <= each.default_days <= each.most
            assert inside, each.name
            assert each.may_be_kept == (each.default_days is None)


def days(services: Services, store: Store, name: str) -> int | None:
    [found] = [
        each
        for each in privacy_overview(services, store.workspace_id).retention
        if each.name == name
    ]
    return found.days


def test_a_choice_holds_is_audited_and_can_be_given_up(
    services: Services, store: Store, clock: StandingClock
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    place = store.workspace_id
    chosen = set_retention(services, place, "conversations", 90, by=BY)
    assert (chosen.days, chosen.is_set, chosen.changed_by, chosen.changed_at) == (
        90,
        True,
        BY,
        clock(),
    )
    assert days(services, store, "conversations") == 90
    assert days(services, stranger, "conversations") is None
    set_retention(services, place, "conversations", None, by=BY)
    assert days(services, store, "conversations") is None
    assert not reset_retention(services, place, "conversations", by=BY).is_set
    assert rows(services, RetentionRule) == []
    told = [
        (each.actor, each.action, each.target, each.details) for each in rows(services, AuditEvent)
    ]
    assert told == [
        (BY, "privacy.retention_changed", "class:conversations", {"before": None, "after": 90}),
        (BY, "privacy.retention_changed", "class:conversations", {"before": 90, "after": None}),
        (BY, "privacy.retention_changed", "class:conversations", {"before": None, "after": None}),
    ]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("conversations", 89),
        ("conversations", 3651),
        ("conversations", 0),
        ("conversations", -1),
        ("profile_views", None),
        ("audit_events", 364),
        ("person_exports", 8),
        ("deliveries", 60),
        ("proofs", 1),
    ],
)
def test_what_is_fixed_or_out_of_bounds_is_refused(
    services: Services, store: Store, name: str, chosen: int | None
) -> None:
    with pytest.raises(Invalid):
        set_retention(services, store.workspace_id, name, chosen, by=BY)
    assert rows(services, RetentionRule) == []
    assert rows(services, AuditEvent) == []


def test_an_unknown_class_is_not_found(services: Services, store: Store) -> None:
    with pytest.raises(NotFound):
        set_retention(services, store.workspace_id, "everything", 90, by=BY)
    assert timedelta(days=BY_NAME["person_exports"].default_days or 0) == timedelta(days=7)
