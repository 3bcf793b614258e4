"""The two sides of `bench.chat`: visitors with the widget's ways, agents with the inbox' ways."""

import asyncio
import secrets
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from random import uniform
from typing import Any

import orjson

from bench.chat_client import Http
from bench.chat_server import CHAT, ORIGIN

# As the widget: a second, more or less, so that not all come back at once.
_AGAIN_SECONDS = (0.7, 1.3)
# As the inbox: a list is read again this often at most.
_LIST_SECONDS = 2.0
# As the widget: of one's own message the answer to sending it comes at the same time.
_LATE_SECONDS = 0.3


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
    _posting: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

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
        self._posting += 1
        try:
            status, told = await self._ask("POST", "messages", posted)
        finally:
            self._posting -= 1
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
                        await self._hinted(orjson.loads(event["data"]).get("message"))
                    if cut.done():
                        break
                cut.cancel()
            self.cut.clear()
            self.listening.clear()
            await asyncio.sleep(uniform(*_AGAIN_SECONDS))

    async def _hinted(self, message: str | None) -> None:
        if self._has(message):
            return
        if message is not None and self._posting:
            await asyncio.sleep(_LATE_SECONDS)
        if not self._has(message):
            await self._pull()

    def _has(self, message: str | None) -> bool:
        return message is not None and int(message) <= int(self.last_id)

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
                task = asyncio.create_task(self._seen(message["id"]))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _seen(self, up_to: str) -> None:
        await self._ask("POST", "seen", {"up_to": up_to})

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
    bearer: str
    last_ids: dict[str, int] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    _pulling: dict[str, bool] = field(default_factory=dict)
    _listed_at: float = 0.0
    _is_listing: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """By a bearer of one's own."""
        return {"Authorization": f"Bearer {self.bearer}"}

    async def answer(self, conversation: str, text: str) -> None:
        """Answer a visitor."""
        self.book.said[text] = time.perf_counter()
        posted = {"kind": "answer", "key": secrets.token_urlsafe(16), "text": text}
        address = f"/api/v1/conversations/{conversation}/messages"
        status, told = await self.http.ask("POST", address, self.headers, posted)
        if status != 201:
            raise RuntimeError(f"an answer answers {status}: {told}")
        await self._read(conversation)

    async def listen(self) -> None:
        """Follow the workspace's stream, and read what changed of one's own."""
        tasks: set[asyncio.Task[None]] = set()
        path = f"/api/v1/live?conversation={','.join(self.last_ids)}"
        async with self.http.stream(path, self.headers) as events:
            self.listening.set()
            async for event in events:
                for work in self._follows(orjson.loads(event["data"])):
                    task = asyncio.create_task(work)
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

    def _follows(self, told: dict[str, Any]) -> Iterator[Coroutine[Any, Any, None]]:
        """What the inbox asks for upon news: see `inbox-hints.js`."""
        conversation, news = told.get("subject_id", ""), told.get("data", {})
        if told.get("kind") != "conversation" or conversation not in self.last_ids:
            return
        is_message = news.get("what") == "message"
        if not is_message or int(news["message"]) > self.last_ids[conversation]:
            yield self._read(conversation)
        if news.get("what") != "seen" and not self._is_listing:
            yield self._list()

    async def _list(self) -> None:
        self._is_listing = True
        await asyncio.sleep(max(0.3, self._listed_at + _LIST_SECONDS - time.perf_counter()))
        self._listed_at, self._is_listing = time.perf_counter(), False
        await self.http.ask("GET", "/api/v1/conversations?view=mine", self.headers)

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
