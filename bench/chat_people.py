"""The two sides of `bench.chat`: visitors with the widget's ways, agents with the inbox' ways."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from random import uniform
from typing import Any

import orjson

from bench.chat_client import Http
from bench.chat_server import CHAT, ORIGIN, agent_key

# As the widget: a second, more or less, so that not all come back at once.
_AGAIN_SECONDS = (0.7, 1.3)


@dataclass(slots=True)
class Book:
    """What was said when, by its text, and how long it took the other side to have it."""

    said: dict[str, float] = field(default_factory=dict)
    to_agents: list[float] = field(default_factory=list)
    to_visitors: list[float] = field(default_factory=list)

    def note(self, text: str, into: list[float]) -> None:
        """The other side has it now."""
        begun = self.said.get(text)
        if begun is not None:
            into.append(time.perf_counter() - begun)


@dataclass(slots=True)
class Visitor:
    """A page with the chat open."""

    http: Http
    book: Book
    number: int
    token: str = ""
    conversation: str = ""
    last_id: str = "0"
    last_event: str = ""
    got: list[str] = field(default_factory=list)
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    _pulling: bool = False
    _again: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Each comes from an address of its own, as our proxy tells it."""
        high, low = divmod(self.number, 250)
        told = {"Origin": ORIGIN, "X-Forwarded-For": f"198.18.{high}.{low + 1}"}
        return {**told, "Authorization": f"Bearer {self.token}"} if self.token else told

    async def begin(self) -> None:
        """Say the first word."""
        _, told = await self._ask("POST", "start", {"lang": "en"})
        self.token = told["visitor"]
        await self.say(f"v{self.number}-first")

    async def say(self, text: str) -> None:
        """Send a message."""
        self.book.said[text] = time.perf_counter()
        posted = {"key": secrets.token_urlsafe(16), "text": text, "after": self.last_id}
        status, told = await self._ask("POST", "messages", posted)
        if status != 200:
            raise RuntimeError(f"a message answers {status}: {told}")
        self.conversation = told["thread"]["conversation"]
        self._take(told["thread"])

    async def listen(self) -> None:
        """Follow the stream; where it is cut, begin again and ask by the cursor."""
        while True:
            headers = dict(self.headers)
            if self.last_event:
                headers["Last-Event-ID"] = self.last_event
            async with self.http.stream(f"/api/widget/live?channel={CHAT}", headers) as events:
                self.listening.set()
                cut = asyncio.create_task(self.cut.wait())
                async for event in events:
                    self.last_event = event.get("id", self.last_event)
                    if event["event"] == "changed":
                        await self._pull()
                    if cut.done():
                        break
                cut.cancel()
            self.cut.clear()
            self.listening.clear()
            await asyncio.sleep(uniform(*_AGAIN_SECONDS))

    async def _pull(self) -> None:
        _, told = await self._ask("GET", "messages", None, f"&after={self.last_id}")
        self._take(told)

    def _take(self, thread: dict[str, Any]) -> None:
        for message in thread["messages"]:
            if int(message["id"]) <= int(self.last_id):
                continue
            self.last_id = message["id"]
            if not message["mine"]:
                self.got.append(message["text"])
                self.book.note(message["text"], self.book.to_visitors)

    async def _ask(
        self, method: str, path: str, posted: Any = None, query: str = ""
    ) -> tuple[int, Any]:
        address = f"/api/widget/{path}?channel={CHAT}{query}"
        return await self.http.ask(method, address, self.headers, posted)


@dataclass(slots=True)
class Agent:
    """An inbox that stands open, and the conversations that this agent sees to."""

    http: Http
    book: Book
    number: int
    last_ids: dict[str, int] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    _pulling: dict[str, bool] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """By an API key, as every agent's own."""
        return {"Authorization": f"Bearer {agent_key(self.number)}"}

    async def answer(self, conversation: str, text: str) -> None:
        """Answer a visitor."""
        self.book.said[text] = time.perf_counter()
        posted = {"kind": "answer", "key": secrets.token_urlsafe(16), "text": text}
        address = f"/api/v1/conversations/{conversation}/messages"
        status, told = await self.http.ask("POST", address, self.headers, posted)
        if status != 201:
            raise RuntimeError(f"an answer answers {status}: {told}")

    async def listen(self) -> None:
        """Follow the workspace's stream, and read what changed of one's own."""
        tasks: set[asyncio.Task[None]] = set()
        async with self.http.stream("/api/v1/live", self.headers) as events:
            self.listening.set()
            async for event in events:
                told = orjson.loads(event["data"])
                conversation = told.get("subject_id", "")
                if told.get("kind") == "conversation" and conversation in self.last_ids:
                    task = asyncio.create_task(self._read(conversation))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

    async def _read(self, conversation: str) -> None:
        """One look at a time; what comes meanwhile has it look once more."""
        if conversation in self._pulling:
            self._pulling[conversation] = True
            return
        self._pulling[conversation] = True
        while self._pulling[conversation]:
            self._pulling[conversation] = False
            after = self.last_ids[conversation]
            address = f"/api/v1/conversations/{conversation}?after={after}"
            _, told = await self.http.ask("GET", address, self.headers)
            for message in told["messages"]:
                if int(message["id"]) <= self.last_ids[conversation]:
                    continue
                self.last_ids[conversation] = int(message["id"])
                if message["kind"] == "customer":
                    self.got.append(message["text"])
                    self.book.note(message["text"], self.book.to_agents)
        del self._pulling[conversation]
