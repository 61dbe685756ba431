"""The people of tests.bench.evening: who reads, who speaks and who votes, each when it is due, all in one loop.

Whoever is due goes on time however slow the server is, and a wait is counted from that moment: a slow server is not
spared the questions that it kept from being asked.
"""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simple_websocket import AioClient, ConnectionClosed

SPOKEN = re.compile(r'^42\["message",.*?said by (\d+), (\d+)')
STRAGGLERS = 5.0  # seconds for what was said last to be heard


@dataclass
class Evening:
    """Where it takes place, how long, and what came of it: waits by what was waited for, and whatever went wrong."""

    url: str
    seconds: float
    ends: float = 0.0
    waits: dict[str, list[float]] = field(default_factory=lambda: {"a page": [], "a word": [], "a ballot": []})
    faults: Counter[str] = field(default_factory=Counter)
    receipts: list[str] = field(default_factory=list)

    async def due_each(self, pause: float) -> AsyncIterator[float]:
        """The moments of somebody who does something again and again, from a first one that is drawn by lot."""
        loop = asyncio.get_running_loop()
        due = loop.time() + random.uniform(0, pause)
        while due < self.ends:
            await asyncio.sleep(due - loop.time())
            yield due
            due += pause

    def note(self, what: str, due: float) -> None:
        self.waits[what].append(asyncio.get_running_loop().time() - due)

    async def ask(self, request: bytes, place: int) -> tuple[bytes, bytes]:
        """The first line and the body of the answer, over a connection from an address of one's own."""
        parts = urlsplit(self.url)
        own = f"127.0.{1 + place // 250}.{1 + place % 250}", 0
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=own, limit=2**20)
        try:
            writer.write(request)
            head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        return head.partition(b"\r\n")[0], body

    async def fetch(self, path: str, place: int, cookie: str) -> bytes:
        """The first line of the answer to a member who opens a page."""
        head = f"GET {path} HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\nCookie: {cookie}\r\n"
        status, _ = await self.ask(f"{head}Connection: close\r\n\r\n".encode(), place)
        return status


async def read(evening: Evening, place: int, cookie: str, pages: list[str], pause: float) -> None:
    """A member who opens one page after another."""
    turn = place
    async for due in evening.due_each(pause):
        path, turn = pages[turn % len(pages)], turn + 1
        try:
            status = await evening.fetch(path, place, cookie)
        except OSError as problem:
            evening.faults[f"a page: {problem}"] += 1
            continue
        if b" 200 " not in status + b" ":
            evening.faults[f"a page: {status.decode()} at {path}"] += 1
        evening.note("a page", due)


async def vote(evening: Evening, bodies: list[bytes], path: str, rate: float) -> None:
    """As many ballots a second, each once, whether or not those before were answered."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as voters:
        for place, body in enumerate(bodies):
            due = began + place / rate
            await asyncio.sleep(max(due - loop.time(), 0))
            voters.create_task(_cast(evening, body, path, place, due))


async def _cast(evening: Evening, body: bytes, path: str, place: int, due: float) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(evening.url).netloc}\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        status, answer = await evening.ask(head.encode() + body, place)
    except OSError as problem:
        evening.faults[f"a ballot: {problem}"] += 1
        return
    if b" 200 " in status + b" ":
        evening.receipts.append(json.loads(answer)["trackers"]["v"])
        evening.note("a ballot", due)
    else:
        evening.faults[f"a ballot: {status.decode()}"] += 1


class Room:
    """A live session: what was said and acknowledged, when it was due, and how often each who sits there heard it."""

    def __init__(self, evening: Evening, sitting: int, token: str) -> None:
        self.evening, self.sitting, self.token = evening, sitting, token
        self.due: dict[tuple[int, int], float] = {}
        self.acknowledged: set[tuple[int, int]] = set()
        self.heard: list[Counter[tuple[int, int]]] = []

    async def enter(self, cookie: str) -> "Seat":
        url = f"{self.evening.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        line = await AioClient.connect(url, headers={"Origin": self.evening.url, "Cookie": cookie})
        seat = Seat(self, len(self.heard), line)
        self.heard.append(Counter())
        await line.send("40" + json.dumps({"token": self.token}))
        await line.send("420" + json.dumps(["join", {"room": f"sitting:{self.sitting}"}]))
        while not (frame := str(await line.receive())).startswith("430"):
            if frame.startswith("44"):
                raise RuntimeError(f"the room let nobody in: {frame}")
        return seat

    def lost(self) -> int:
        """How many deliveries of what was acknowledged are missing or came twice."""
        return sum(times[word] != 1 for times in self.heard for word in self.acknowledged)


@dataclass
class Seat:
    """One member in the room, who speaks now and then and hears everything."""

    room: Room
    place: int
    line: AioClient

    async def attend(self, pause: float) -> None:
        """Listen and speak until the evening is over and what was said last was heard."""
        listening = asyncio.create_task(self._listen())
        await self._speak(pause)
        await asyncio.sleep(self.room.evening.ends + STRAGGLERS - asyncio.get_running_loop().time())
        await self.line.close()
        listening.cancel()

    async def _listen(self) -> None:
        room = self.room
        with suppress(ConnectionClosed):
            while True:
                frame = str(await self.line.receive())
                if frame == "2":
                    await self.line.send("3")
                elif spoken := SPOKEN.match(frame):
                    word = int(spoken[1]), int(spoken[2])
                    room.heard[self.place][word] += 1
                    room.evening.note("a word", room.due[word])
                elif frame.startswith("43"):
                    turn, answer = frame[2:].split("[", 1)
                    if json.loads("[" + answer)[0].get("ok"):
                        room.acknowledged.add((self.place, int(turn)))
                    else:
                        room.evening.faults[f"a word: {answer[:200]}"] += 1

    async def _speak(self, pause: float) -> None:
        turn = 0
        async for due in self.room.evening.due_each(pause):
            turn += 1
            self.room.due[self.place, turn] = due
            text = f"said by {self.place}, {turn}"
            said = {"sitting": self.room.sitting, "text": text, "client_key": f"{self.place}-{turn}"}
            await self.line.send(f"42{turn}" + json.dumps(["say", said]))
