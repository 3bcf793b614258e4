"""Calling a route with another workspace's names in each place, beside ones that nobody has."""

import html
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, cast
from urllib.parse import quote, quote_plus

from flask import Response
from flask.testing import FlaskClient

from integration.chat.limits import Limits
from integration.models import Model
from integration.recorded_jobs import RecordedJobs
from tests.security.noted_reading import note_reading
from tests.security.places import PATHS, Call, Names, Things
from tests.ui_embed.sites import SAME, SESSION, session_token
from tests.ui_embed.widget.chats import ORIGIN
from tests.ui_embed.world import KEY, World
from ui_embed.paces import PACES, Paces
from ui_embed.widget.gate import LIMITS

# Of no workspace, written by whoever tries to come in.
_NOBODYS = frozenset({"automatic_mails", "sign_in_challenges", "sign_in_failures"})
# That an agent or a key was here is noted, whatever they ask for.
_WHO_CAME = frozenset({"agents", "agent_doors", "api_keys"})
# A page that says why it can't be done shows the caller's own person: that look is written down.
_LOOKS = frozenset({"profile_views"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the answer, and what was done beside it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    jobs: str
    events: str

    def without(self, values: Mapping[str, str]) -> "Answer":
        """The same where each of the values is only a word."""

        def plain(text: str) -> str:
            for word, value in values.items():
                for written in {value, quote(value), quote_plus(value), html.escape(value)}:
                    text = text.replace(written, f"<{word}>")
            return text

        headers = tuple((name, plain(value)) for name, value in self.headers)
        return Answer(self.status, headers, plain(self.body), plain(self.jobs), plain(self.events))


def unknown_of(theirs: Things) -> Things:
    """Names of the same form that nobody has."""
    return {word: _nobodys(value) for word, value in theirs.items()}


def _nobodys(value: str) -> str:
    if value.isdigit():
        return str(int(value) + 500_000)
    if value.startswith("+"):
        return "+3069" + "0" * (len(value) - 5)
    if "theirs" in value.lower():
        return value.replace("theirs", "nobody").replace("THEIRS", "NOBODY")
    if value.endswith(".myshopify.com"):
        return "nobody.myshopify.com"
    return value[:4] + "A" * (len(value) - 4)


class Walk:
    """An application that is called by somebody of ours, and put back after each call."""

    def __init__(self, world: World, ours: Things, theirs: Things) -> None:
        self.world, self.ours, self.theirs = world, ours, theirs
        self.nobodys = unknown_of(theirs)
        self.read: set[str] = set()
        self._drawn = count()
        self._file = world.services.settings.data_dir / "tillside.db"
        self._kept = sqlite3.connect(":memory:")
        self._raw = sqlite3.connect(self._file)
        self.cookie = session_token(world)
        note_reading(world.app, self.read)
        self.keep()

    def keep(self) -> None:
        """Let what is there now be what each call finds."""
        self._raw.backup(self._kept)
        self._version = self._data_version()
        self._others, self._all = self.digest(), self.digest(ours=True)

    def digest(self, *, ours: bool = False) -> dict[str, list[str]]:
        """What stands in each table of others: in those of no workspace, with `ours` in all.

        Who came in or tried to is left out.
        """
        found = {}
        for table in Model.metadata.sorted_tables:
            if table.name in _NOBODYS or (ours and table.name in _WHO_CAME):
                continue
            statement = f"SELECT * FROM {table.name}"
            if "workspace_id" in table.columns and not ours:
                statement += f" WHERE workspace_id IS NOT {self.world.workspace_id}"
            found[table.name] = sorted(map(str, self._raw.execute(statement)))
        return found

    def close(self) -> None:
        """Let go of the database."""
        self._raw.close()
        self._kept.close()

    def _wrote(self) -> set[str]:
        now = self.digest(ours=True)
        return {name for name in now if now[name] != self._all[name]}

    def _data_version(self) -> int:
        # It is another one once somebody else has committed something.
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])

    def draw(self, size: int = 32) -> str:
        """What is drawn by lot, the same after each putting back."""
        return f"{next(self._drawn):0{size}d}"

    def put_back(self) -> None:
        """Undo what the last call did."""
        self._drawn = count()
        if self._data_version() != self._version:
            self._kept.backup(self._raw)
            self._version = self._data_version()
        jobs = cast(RecordedJobs, self.world.services.jobs)
        jobs.waiting.clear()
        jobs._keys.clear()
        cast(Any, self.world.services.events).told.clear()

    def call(self, method: str, rule: str, call: Call, names: "Names") -> Answer:
        """Call that route; what the other workspace has is as it was, or this fails."""
        self.put_back()
        self.world.app.extensions |= {LIMITS: Limits(""), PACES: Paces()}
        client = self._client(call.by)
        path = names.filled("path", {**PATHS, **call.path})
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(path[found[1]], safe=""), rule)
        headers = {**self._headers(call.by), **names.filled("header", call.headers)}
        given: dict[str, Any] = {"query_string": names.filled("query", call.query)}
        if call.form is not None:
            given["data"] = names.filled("form", call.form)
        if call.json is not None:
            given["json"] = names.filled("json", call.json)
        if call.text is not None:
            given["data"] = call.text
            headers["X-File-Name"] = "a.txt"
        # Read and closed: a file that isn't keeps its turn from all who come after.
        given |= {"base_url": "https://localhost", "buffered": True}
        response = client.open(address, method=method, headers=headers, **given)
        body = response.get_data().decode(errors="replace")
        kept = ("Location", "Content-Type", "HX-Push-Url", "HX-Retarget", "HX-Redirect")
        told = tuple((name, response.headers[name]) for name in kept if name in response.headers)
        services: Any = self.world.services
        events = list(services.events.told)
        assert {each.workspace_id for each in events} <= {self.world.workspace_id}
        is_refused = response.status_code >= 400 and bool(names.points)
        if self._data_version() != self._version:
            assert self.digest() == self._others, f"{method} {rule} reached over"
            assert not is_refused or self._wrote() <= (_LOOKS if _shows(response) else set()), (
                f"{method} {rule} wrote"
            )
        assert not is_refused or services.jobs.waiting == [], f"{method} {rule} queued"
        return Answer(response.status_code, told, body, str(services.jobs.waiting), str(events))

    def _client(self, by: str) -> FlaskClient:
        client = self.world.app.test_client()
        if by == "owner":
            client.set_cookie(SESSION, self.cookie, domain="localhost", secure=True)
        return client

    def _headers(self, by: str) -> dict[str, str]:
        if by == "owner":
            return SAME
        if by == "staff":
            return self.world.bearer()
        if by == "program":
            return {"Authorization": f"Bearer {KEY}"}
        return {"Origin": ORIGIN} if by == "visitor" else {}


def _shows(response: Response) -> bool:
    return response.status_code in (409, 422) and response.mimetype == "text/html"
