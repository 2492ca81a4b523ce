"""Batches in, staged rows and reports out, in order: read here for a small feed and in worker processes for a large one."""

from __future__ import annotations

import marshal
import os
import pickle
import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from ..core.errors import EpgError
from ..core.processes import end, receive, send, start
from ..stage.tables import MOST_PARTS, Stage
from .normalise import Rules
from .reader import Job, Reader, Report, staged

#: a feed below this size is parsed faster than a worker starts (0.15 s on the machine of docs/performance.md)
SMALL_FEED = 3 * 1024 * 1024

#: bytes handed to each worker ahead of the job whose result is next: less, and workers wait while rows are staged
AHEAD = 1024 * 1024
#: the same where a re-import has one worker and could have another: more than is cut while the first one starts
FIRST_AHEAD = 8 * 1024 * 1024


class Pool:
    """Reads jobs in order into `stage`: here until the feed is large, then in up to `workers` processes. Of a body of `size`
    bytes that is large as it is, the first import starts all at once; in any other case one, and another when jobs wait."""

    def __init__(
        self,
        rules: Rules,
        stage: Stage,
        workers: int | None = None,
        small: int = SMALL_FEED,
        size: int = 0,
        first: bool = False,
    ) -> None:
        self.rules, self.stage = rules, stage
        self.workers = min(2, os.cpu_count() or 1) if workers is None else min(workers, MOST_PARTS)
        self.small = small
        self._here: Reader | None = None
        self._seen = 0
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        self._all: list[_Worker] = []
        self._threads: ThreadPoolExecutor | None = None
        if size > small:
            self.small = small // 32  # whoever cuts a large feed has no time to read
        if self.workers and size > small and first:
            self.small = 0
            for _ in range(self.workers):
                self._start()
            stage.expect_many()

    def read(self, jobs: Iterator[tuple[Any, Job]]) -> Iterator[tuple[Any, Report]]:
        """The report of each job, beside whatever came with it, in the order of the jobs."""
        waiting: deque[tuple[Any, int, Future[bytes]]] = deque()
        ahead = 0
        for tag, job in jobs:
            size = sum(map(len, job.raws))
            self._seen += size
            if self.workers and self._seen > self.small // 3:
                # It starts while the last of the small feed is still read here.
                self._start(first=True)
            if self._seen <= self.small or not self.workers:
                yield tag, self._read_here(job)
                continue
            waiting.append((tag, size, self._submit(job)))
            ahead += size
            while ahead > (AHEAD * self.workers if len(self._all) == self.workers else FIRST_AHEAD):
                done, size, future = waiting.popleft()
                ahead -= size
                if not future.done() and len(self._all) < self.workers:
                    self._start()
                yield done, self._report(future.result())
        for done, _, future in waiting:
            yield done, self._report(future.result())

    def _read_here(self, job: Job) -> Report:
        self._here = self._here or Reader(self.rules)
        return self._noted(staged(self._here.read(job), self.stage.conn, "temp"))

    def _report(self, answer: bytes) -> Report:
        """The report in an answer of a worker. Raises the error of the database that it met."""
        for worker in self._all:
            if worker.answered and worker.path:
                self.stage.opened(worker.path)
                worker.path = ""
        report, error = marshal.loads(answer)  # noqa: S302 - from our own child
        if error is not None:
            raise sqlite3.OperationalError(error)
        return self._noted(Report(*report))

    def _noted(self, report: Report) -> Report:
        self.stage.mark(report.marks)
        return report

    def _start(self, first: bool = False) -> None:
        """Start a worker; with `first` only if there is none. A thread for each waits on its pipe; the threads do no work of
        their own: they would only compete for the interpreter with the one that fills the staging tables."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.workers)
        elif first:
            return
        worker = _Worker(self.rules, self.stage.part())
        self._all.append(worker)
        self._idle.put(worker)

    def _submit(self, job: Job) -> Future[bytes]:
        self._start(first=True)
        assert self._threads is not None
        return self._threads.submit(self._ask, marshal.dumps(tuple(vars(job).values())))

    def _ask(self, job: bytes) -> bytes:
        worker = self._idle.get()
        if worker is None:
            raise EpgError("the parsers were closed", "parser")
        try:
            return worker.ask(job)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self._all:
            worker.close()
        for _ in range(self.workers):
            self._idle.put(None)  # a thread may wait for a worker
        if self._threads:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """A child process that reads jobs into the part at `path`. `answered` is whether it has opened that."""

    def __init__(self, rules: Rules, path: str) -> None:
        self.path, self.answered = path, False
        self.process, self.input, self.output = start("epg_ingest.parse.reader")
        send(self.input, pickle.dumps((rules, path)))

    def ask(self, job: bytes) -> bytes:
        try:
            send(self.input, job)
            answer = receive(self.output)
        except BrokenPipeError:
            answer = None
        if answer is None:
            raise EpgError(
                f"a parser process was ended from outside (status {self.process.wait()}), so nothing was changed; if memory"
                " is short, free some and import again",
                "parser",
            )
        self.answered = True
        return answer

    def close(self) -> None:
        end(self.process)
