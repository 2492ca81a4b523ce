"""Values that the steps of an import pass on to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

#: rows of `import_problems` an import may write, and different subjects kept for one code
MAX_PROBLEM_ROWS = 200
MAX_SUBJECTS = 20


@dataclass(frozen=True)
class Provider:
    """A row of `providers`. Times without an offset are in `timezone` (IANA name, None = UTC)."""

    id: int
    name: str
    xmltv_url: str | None
    public_url: bool
    enabled: bool
    priority: int
    timezone: str | None
    shift_minutes: int
    language: tuple[str, ...]
    channel_policy: str
    repair_text: bool
    created_at: str
    updated_at: str
    kind: str = "url"
    mirrors: tuple[str, ...] = ()
    schedule: str | None = None
    schedule_timezone: str | None = None
    downloads_per_day: int | None = None


@dataclass
class Problem:
    """Something wrong in a feed, in the vocabulary of XMLTV's `ValidateFile.pm`.

    `line` is the line of the first case in the decompressed feed (1-based, None when unknown); `count` how often.
    """

    code: str
    line: int | None = None
    subject: str | None = None
    message: str | None = None
    count: int = 1


@dataclass
class Problems:
    """Problems of one import, added up by code and subject, with a cap on how many rows are kept.

    `erase` takes secrets out of subjects and messages: a log of the guide may quote what was stored when it was no secret yet.
    `conceal` gives another text for one that holds a secret in another form; it takes longer, so only rows go through it.
    `subject` is that of problems that name none.
    """

    rows: dict[tuple[str, str | None], Problem] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    erase: Callable[[str], str] = str
    conceal: Callable[[str], str] = str
    subject: str | None = None

    def of(self, subject: str | None) -> Problems:
        """The same problems, to which those of one file in an archive can be added."""
        return replace(self, subject=subject)

    def add(
        self,
        code: str,
        line: int | None = None,
        subject: str | None = None,
        message: str | None = None,
        count: int = 1,
    ) -> None:
        """Count a problem. Past the cap only the total of its code grows, under the subject None."""
        subject, message = (text and self.erase(text) for text in (subject or self.subject, message))
        key = (code, subject)
        row = self.rows.get(key)
        if row is None:
            full = self.subjects.get(code, 0) >= MAX_SUBJECTS or len(self.rows) >= MAX_PROBLEM_ROWS
            if full and subject is not None:
                return self.of(None).add(code, line, None, message, count)
            if subject and self.conceal(subject) != subject:
                return self.add(code, line, self.conceal(subject), message, count)
            self.subjects[code] = self.subjects.get(code, 0) + 1
            self.rows[key] = Problem(code, line, subject, message and self.conceal(message), count)
        else:
            row.count += count
            if line is not None and (row.line is None or line < row.line):
                row.line, row.message = line, message and self.conceal(message)

    def total(self, code: str | None = None) -> int:
        """How many problems, of one code or of all."""
        return sum(p.count for p in self if code is None or p.code == code)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.rows.values())


@dataclass
class Counts:
    """What an import did to `programs`, as its `import_log` row says."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: int = 0
    channels_added: int = 0
