"""Strangers with an address each (127.0.1.1, 127.0.1.2 …) and what they do, on raw sockets.

Each deed is a coroutine that does one thing once and returns what it got: a status, or a word for what happened to the
connection.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from tests.helpers.hosts.either_datasette import SQL

Outcome = int | str
#: what a stranger does once; it gets the stranger's number and the port
Deed = Callable[[int, int], Awaitable[Outcome]]

#: seconds that a stranger waits for anything
PATIENCE = 60.0
MIDNIGHT = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0)
_numbers = itertools.count()


async def connected(
    number: int, port: int, buffer: int = 65536
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    source = (f"127.0.1.{1 + number % 250}", 0)
    return await asyncio.open_connection("127.0.0.1", port, local_addr=source, limit=buffer)


async def ask(number: int, port: int, path: str, *headers: str) -> Outcome:
    """The status of one GET; the whole body is read. "cut off" where the answer does not end, "refused" without one."""
    try:
        reader, writer = await connected(number, port)
    except OSError:
        return "refused"
    try:
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers, "", ""]
        writer.write("\r\n".join(lines).encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        while await asyncio.wait_for(reader.read(1 << 16), PATIENCE):
            pass
        return int(head.split()[1])
    except (asyncio.IncompleteReadError, ConnectionError):
        return "cut off"
    except asyncio.TimeoutError:
        return "no answer"
    finally:
        writer.close()


def asking(*paths: str) -> Deed:
    """One of the addresses, in turn; `{n}` in it is a number that no other request has, `{at}` such a time."""

    async def deed(number: int, port: int) -> Outcome:
        once = next(_numbers)
        at = (MIDNIGHT + timedelta(seconds=once)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return await ask(number, port, paths[once % len(paths)].replace("{n}", str(once)).replace("{at}", at))

    return deed


def in_turn(*deeds: Deed) -> Deed:
    """Each stranger does one of the deeds."""
    return lambda number, port: deeds[number % len(deeds)](number, port)


def with_wrong_token(path: str) -> Deed:
    async def deed(number: int, port: int) -> Outcome:
        return await ask(number, port, path, f"Authorization: Bearer guess-{next(_numbers)}")

    return deed


def sql(*statements: str) -> Deed:
    return asking(*(f"{SQL}.json?sql={quote(statement)}&n={{n}}" for statement in statements))


def reading_slowly(path: str, seconds: float) -> Deed:
    """Reads 1,000 bytes a second for so long."""

    async def deed(number: int, port: int) -> Outcome:
        try:
            reader, writer = await connected(number, port, 1024)
        except OSError:
            return "refused"
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await asyncio.wait_for(reader.readline(), PATIENCE)
            for _ in range(int(seconds)):
                if not await reader.read(1000):
                    return "cut off"
                await asyncio.sleep(1)
            return int(head.split()[1])
        except (asyncio.IncompleteReadError, ConnectionError, IndexError):
            return "cut off"
        except asyncio.TimeoutError:
            return "no answer"
        finally:
            writer.close()

    return deed


def sending_slowly(begin: bytes, part: bytes, seconds: float) -> Deed:
    """Sends the begin of a request, and then a part of it every second for so long."""

    async def deed(number: int, port: int) -> Outcome:
        try:
            reader, writer = await connected(number, port)
        except OSError:
            return "refused"
        try:
            writer.write(begin)
            for _ in range(int(seconds)):
                await asyncio.sleep(1)
                if reader.at_eof():
                    return "cut off"
                writer.write(part)
                await writer.drain()
            return "kept open"
        except ConnectionError:
            return "cut off"
        finally:
            writer.close()

    return deed
