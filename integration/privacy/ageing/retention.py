"""How long a workspace keeps each class of data, and the merchant's choice of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.models import RetentionRule
from integration.privacy.ageing.data_classes import BY_NAME, CLASSES, DataClass
from integration.services import Services


@dataclass(frozen=True, slots=True)
class Retention:
    """A class in a workspace. `days` is what holds now, None: kept until it is erased.

    `is_set`: the merchant chose it, `changed_by` and `changed_at` say who and when.
    """

    name: str
    title: str
    covers: str
    remark: str
    days: int | None
    default_days: int | None
    least: int | None
    most: int | None
    may_be_kept: bool
    is_changeable: bool
    is_set: bool
    changed_by: str | None
    changed_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


def retention_of(session: WorkspaceSession) -> tuple[Retention, ...]:
    """Every class as the workspace keeps it, in the order of `CLASSES`."""
    rules = {rule.data_class: rule for rule in session.execute(select(RetentionRule)).scalars()}
    return tuple(_retention(each, rules.get(each.name)) for each in CLASSES)


def days_kept(session: WorkspaceSession, name: str) -> int | None:
    """For how many days the workspace keeps a class; None until it is erased."""
    rule = session.get(RetentionRule, (session.workspace_id, name))
    return BY_NAME[name].default_days if rule is None else rule.days


def set_retention(
    services: Services, workspace_id: int, name: str, days: int | None, *, by: str
) -> Retention:
    """Keep a class for so many days from now on; None: until it is erased.

    Raises NotFound for an unknown class, Invalid for one that is fixed and for days out of bounds.
    """
    chosen = _changeable(name)
    if days is None and not chosen.may_be_kept:
        raise Invalid("This can't be kept for good.", code="out_of_bounds")
    assert chosen.least is not None
    assert chosen.most is not None
    if days is not None and not chosen.least <= days <= chosen.most:
        raise Invalid(
            f"Between {chosen.least} and {chosen.most} days.",
            code="out_of_bounds",
            details={"least": chosen.least, "most": chosen.most},
        )
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        before = days_kept(session, name)
        rule = session.get(RetentionRule, (workspace_id, name))
        if rule is None:
            rule = RetentionRule(data_class=name)
            session.add(rule)
        rule.days, rule.changed_by, rule.changed_at = days, by, now
        _note(session, name, before, days, by, now)
        session.flush()
        return _retention(chosen, rule)


def reset_retention(services: Services, workspace_id: int, name: str, *, by: str) -> Retention:
    """Go back to the class' own time. Raises NotFound, Invalid as `set_retention` does."""
    chosen = _changeable(name)
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        before = days_kept(session, name)
        session.execute(delete(RetentionRule).where(RetentionRule.data_class == name))
        _note(session, name, before, chosen.default_days, by, services.now())
        return _retention(chosen, None)


def _changeable(name: str) -> DataClass:
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise NotFound("There is no such class of data.")
    if not chosen.is_changeable:
        raise Invalid("The time of this class is fixed.", code="fixed")
    return chosen


def _note(
    session: WorkspaceSession,
    name: str,
    before: int | None,
    after: int | None,
    by: str,
    now: datetime,
) -> None:
    told = {"before": before, "after": after}
    record(session, Action.RETENTION_CHANGED, by=by, now=now, target=f"class:{name}", **told)


def _retention(each: DataClass, rule: RetentionRule | None) -> Retention:
    return Retention(
        name=each.name,
        title=each.title,
        covers=each.covers,
        remark=each.remark,
        days=each.default_days if rule is None else rule.days,
        default_days=each.default_days,
        least=each.least,
        most=each.most,
        may_be_kept=each.may_be_kept,
        is_changeable=each.is_changeable,
        is_set=rule is not None,
        changed_by=None if rule is None else rule.changed_by,
        changed_at=None if rule is None else rule.changed_at,
    )
