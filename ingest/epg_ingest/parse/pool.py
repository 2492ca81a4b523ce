"""Jobs become staged rows and reports, in order: in this process for a small feed, in parser processes for a large one."""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any

from ..core.deadline import Deadline
from ..core.errors import EpgError
from ..core.processes import ChildProcess
from ..stage.tables import MOST_PARTS, Stage
from .jobs import BatchReport, Job, stage_result
from .normalise import Rules
from .reader import Reader

#: a feed below this size is parsed before a parser process has started (0.15 s on the machine of docs/performance.md)
SMALL_FEED = 3 * 1024 * 1024

#: bytes given to each process ahead of the job whose report comes next: with less, processes wait while rows are staged
AHEAD = 1024 * 1024
#: the same while a re-import has one process and may start another: more than is cut while the first one starts
FIRST_AHEAD = 8 * 1024 * 1024

#: what a parser process answers: the fields of a `BatchReport` or None, and the message of a database error or None
Answer = tuple[tuple[Any, ...] | None, str | None]


class ParserPool:
    """Reads jobs in order into `stage`, in this process until the feed is large, then in up to `workers` processes.

    `size` is the size of the body in bytes. When it is larger than `small` and this is the `first` import of the feed, all
    processes start at once. Otherwise one starts when the feed turns out to be large, and another when jobs wait. When the
    `deadline` has passed, `read` raises `FeedError`, whatever the processes are doing.
    """

    def __init__(
        self,
        rules: Rules,
        stage: Stage,
        workers: int | None = None,
        small: int = SMALL_FEED,
        size: int = 0,
        first: bool = False,
        deadline: Deadline | None = None,
    ) -> None:
        self.rules, self.stage, self.deadline = rules, stage, deadline
        self.workers = min(2, os.cpu_count() or 1) if workers is None else min(workers, MOST_PARTS)
        self.small = small
        self._reader: Reader | None = None
        self._seen = 0
        self._processes: list[ParserProcess] = []
        self._idle: SimpleQueue[ParserProcess | None] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        if size > small:
            self.small = small // 32  # this process unpacks and cuts a large feed, and has no time to read it
        if self.workers and size > small and first:
            self.small = 0
            for _ in range(self.workers):
                self._start()
            stage.expect_many()

    def read(self, jobs: Iterator[tuple[Any, Job]]) -> Iterator[tuple[Any, BatchReport]]:
        """The report of each job, with the value that came with the job, in the order of the jobs.

        Raises `EpgError` when a process was ended from outside, and `sqlite3.OperationalError` when rows cannot be staged.
        """
        waiting: deque[tuple[Any, int, Future[Answer]]] = deque()
        ahead = 0
        for tag, job in jobs:
            self._check_time()
            size = sum(map(len, job.raws))
            if self._reads_itself(size):
                yield tag, self._read_here(job)
                continue
            waiting.append((tag, size, self._submit(job)))
            ahead += size
            while ahead > self._most_ahead():
                done, size, future = waiting.popleft()
                ahead -= size
                if not future.done() and len(self._processes) < self.workers:
                    self._start()
                yield done, self._report(self._answer(future))
        for done, _, future in waiting:
            yield done, self._report(self._answer(future))

    def _check_time(self) -> None:
        if self.deadline is not None:
            self.deadline.check()

    def _answer(self, future: Future[Answer]) -> Answer:
        """Wait for an answer, up to the deadline. `close` ends the process that was too slow."""
        if self.deadline is None:
            return future.result()
        if not wait([future], max(self.deadline.left(), 0)).done:
            raise self.deadline.error()
        return future.result()

    def _reads_itself(self, size: int) -> bool:
        """Whether this process reads the next job, which has `size` bytes."""
        self._seen += size
        if not self.workers:
            return True
        if self._seen > self.small // 3:
            # It starts while this process reads the rest of the small feed.
            self._start_first()
        return self._seen <= self.small

    def _most_ahead(self) -> int:
        return AHEAD * self.workers if len(self._processes) == self.workers else FIRST_AHEAD

    def _read_here(self, job: Job) -> BatchReport:
        self._reader = self._reader or Reader(self.rules, self._check_time)
        report = stage_result(self._reader.read(job), self.stage.conn, "temp")
        self.stage.mark(report.marks)
        return report

    def _report(self, answer: Answer) -> BatchReport:
        """The report in the answer of a process. Raises the database error that the process met."""
        for process in self._processes:
            if process.answered and process.path:
                self.stage.opened(process.path)
                process.path = ""
        fields, error = answer
        if fields is None:
            raise sqlite3.OperationalError(error)
        report = BatchReport(*fields)
        self.stage.mark(report.marks)
        return report

    def _start_first(self) -> None:
        if not self._processes:
            self._start()

    def _start(self) -> None:
        """Start a process. A thread for each waits for its answers; the threads do nothing else, or they would compete with
        this one, which cuts the feed, for the interpreter."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.workers)
        process = ParserProcess(self.rules, self.stage.part())
        self._processes.append(process)
        self._idle.put(process)

    def _submit(self, job: Job) -> Future[Answer]:
        self._start_first()
        assert self._threads is not None
        return self._threads.submit(self._ask, job)

    def _ask(self, job: Job) -> Answer:
        process = self._idle.get()
        if process is None:
            raise EpgError("the parsers were closed", "parser")
        try:
            return process.ask(job)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
        for _ in range(self.workers):
            self._idle.put(None)  # a thread may wait for a process
        if self._threads:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._processes:
            process.end()

    def __enter__(self) -> ParserPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ParserProcess(ChildProcess):
    """A child that reads jobs into the part at `path`. `answered` says whether it has opened the part."""

    def __init__(self, rules: Rules, path: str) -> None:
        self.path, self.answered = path, False
        super().__init__("epg_ingest.parse.parser_process")
        self.send((pickle.dumps(rules), path))

    def ask(self, job: Job) -> Answer:
        """Have a job done, and wait for its answer. Raises `EpgError` (`parser`) if the process was ended from outside."""
        try:
            self.send(tuple(vars(job).values()))
            answer: Answer = self.receive()
        except EOFError:
            raise EpgError(
                f"a parser process was ended from outside (status {self.process.wait()}), so nothing was changed; if memory"
                " is short, free some and import again",
                "parser",
            ) from None
        self.answered = True
        return answer
