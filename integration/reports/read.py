"""The report of a period: read, grouped and counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from integration.agents.directory import agent_names
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Agent, ContactReason, Store
from integration.reports.asked import ReportAsked, zone_named
from integration.reports.figures import figures_of, rate_of, spread_of
from integration.reports.records import Repeat, Report, ReportDay, ReportGroup
from integration.reports.rows import Talk, moment_of, read_repeat, read_talks, read_written


def report_of(session: WorkspaceSession, asked: ReportAsked) -> Report:
    """The figures of what is asked; reads only. Raises NotFound for what isn't the workspace's."""
    _check(session, asked)
    talks = read_talks(session, asked)
    writers, again = read_repeat(session, asked)
    stores, reasons = _names(session, Store), _names(session, ContactReason)
    agents = {each for talk in talks for each in (talk.answered_by, talk.resolved_by)}
    return Report(
        begins=asked.begins,
        ends=asked.ends,
        zone=asked.zone,
        figures=figures_of(talks),
        repeat=Repeat(writers, again, rate_of(again, writers)),
        days=_days(session, asked, talks),
        channels=_groups(talks, lambda talk: talk.channel_kind, {}),
        stores=_groups(talks, lambda talk: talk.store_id, stores),
        agents=_by_agent(talks, agent_names(session, agents)),
        reasons=_groups(talks, lambda talk: talk.reason_id, reasons),
    )


def _check(session: WorkspaceSession, asked: ReportAsked) -> None:
    for model, wanted in (
        (Store, asked.store_id),
        (Agent, asked.agent_id),
        (ContactReason, asked.reason_id),
    ):
        if wanted is None:
            continue
        if session.execute(select(model.id).where(model.id == wanted)).first() is None:
            raise NotFound("There is no such thing to report on.")


def _names(session: WorkspaceSession, model: Any) -> dict[Any, str]:
    rows = session.execute(select(model.id, model.name))
    return {row[0]: row[1] for row in rows}


def _groups(
    talks: Iterable[Talk], key: Callable[[Talk], Any], names: dict[Any, str]
) -> tuple[ReportGroup, ...]:
    """The figures by a key; the largest group first, those without a key last."""
    parted: dict[Any, list[Talk]] = defaultdict(list)
    for talk in talks:
        parted[key(talk)].append(talk)
    ordered = sorted(parted, key=lambda each: (each is None, -len(parted[each]), str(each)))
    return tuple(_group(each, names, parted[each]) for each in ordered)


def _by_agent(talks: Sequence[Talk], names: dict[int, str]) -> tuple[ReportGroup, ...]:
    """Of each agent what they answered first, and as resolved what they resolved."""
    parted: dict[int, list[Talk]] = defaultdict(list)
    for talk in talks:
        if talk.answered_by is not None:
            mine = talk.resolved_by == talk.answered_by
            parted[talk.answered_by].append(talk if mine else _unresolved(talk))
        if talk.resolved_by is not None and talk.resolved_by != talk.answered_by:
            parted[talk.resolved_by].append(_only_resolved(talk))
    ordered = sorted(parted, key=lambda each: (-len(parted[each]), each))
    return tuple(_group(each, names, parted[each]) for each in ordered)


def _unresolved(talk: Talk) -> Talk:
    return talk._replace(resolved=None, resolved_office=None, first_contact=None)


def _only_resolved(talk: Talk) -> Talk:
    # The answer was another agent's, and so is what the customer thought of it.
    return talk._replace(answered=None, answered_office=None, rating=None, is_asked=0)


def _group(key: Any, names: dict[Any, str], talks: Sequence[Talk]) -> ReportGroup:
    name = names.get(key)
    return ReportGroup(None if key is None else str(key), name, figures_of(talks))


def _days(
    session: WorkspaceSession, asked: ReportAsked, talks: Iterable[Talk]
) -> tuple[ReportDay, ...]:
    day_of = _calendar(asked)
    begun: dict[date, list[int | None]] = defaultdict(list)
    for talk in talks:
        begun[day_of(talk.quarter)].append(talk.answered)
    written = zip(asked.days, read_written(session, asked), strict=True)
    return tuple(
        ReportDay(
            day=day,
            conversations=len(begun[day]),
            answered_median=spread_of(begun[day]).median,
            written_in=customers,
            written_out=answers,
        )
        for day, (customers, answers) in written
    )


def _calendar(asked: ReportAsked) -> Callable[[int], date]:
    """What tells the day of a quarter; each quarter is worked out once."""
    zone, known = zone_named(asked.zone), dict[int, date]()

    def day_of(quarter: int) -> date:
        found = known.get(quarter)
        if found is None:
            found = known[quarter] = moment_of(quarter).astimezone(zone).date()
        return found

    return day_of
