"""A filled guide of any size to serve, made once a week and kept under benchmarks/var/web.

The folder is a bundle too (links to the parts of this checkout), so that Datasette serves it as it is. Channels have no
holes; times lie evenly around the Monday of this week, so that the present is in the middle.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random

from epg_ingest.series_store import assigning
from epg_ingest.storage.database import open_database

from benchmarks.generate import GENRES, LENGTHS, RATINGS, SLOT, make_words, phrase, sentence

HERE = Path(__file__).resolve().parent
VAR = HERE / "var" / "web"
PARTS = (
    "metadata.yaml",
    "datasette.yaml",
    "settings.json",
    "canned_queries",
    "plugins",
    "templates",
    "static",
)
FORMAT = "%Y-%m-%dT%H:%M:%SZ"
TEXTS = 4096
#: one programme in so many runs through the night, which is what `longest_seconds` has to allow for
NIGHT_EVERY, NIGHT_SLOTS = 200, 72
IMPORTS = 200
#: in the description of a quarter of the programmes
COMMON = "tonight"
#: words of `RARE_ROWS` titles each, at any size
RARE, RARE_ROWS = tuple(f"rarity{number:02}" for number in range(20)), 20
MEAN_SLOTS = sum(LENGTHS) / len(LENGTHS) + NIGHT_SLOTS / NIGHT_EVERY

#: Each programme has a content of its own, under its id: more to search than in real guides, which repeat most of theirs.
INSERT_CONTENT = """
INSERT INTO contents (
    title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new, details,
    id, hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?14, ?14)
"""
INSERT_AIRING = """
INSERT INTO airings (
    channel_id, provider_id, start_time, end_time, id, content_id, end_source, element_hash, created_at, updated_at
) VALUES (?, 1, ?, ?, ?4, ?4, 'feed', ?5, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
"""
INSERT_CHANNEL = """
INSERT INTO channels (id, name, display_name, icon_url, number, created_at)
VALUES (?1, printf('c%04d.example', ?1), printf('Channel %04d', ?1),
        printf('https://img.example.org/channel/%d.png', ?1), ?1, '2026-01-01T00:00:00Z')
"""
INSERT_PROVIDER = """
INSERT INTO providers (id, name, created_at, updated_at)
VALUES (1, 'generated', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
"""
INSERT_IMPORT = """
INSERT INTO import_log (provider_id, started_at, completed_at, status, "trigger", programs_imported)
VALUES (1, ?1, ?1, 'success', 'schedule', ?2)
"""
INSERT_LINEUP = """
INSERT INTO lineups (name, title, source_kind, updated_at) VALUES ('home', 'Home', 'csv', '2026-01-01T00:00:00Z')
"""
INSERT_ENTRY = """
INSERT INTO lineup_channels (lineup_id, position, name, channel_id) SELECT 1, id, name, id FROM channels LIMIT 300
"""
INSERT_RULE = """
INSERT INTO rules (position, field, pattern, action) VALUES (1, 'title', ' HD$', 'remove')
"""
INSERT_MAPPING = """
INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
SELECT 1, name, id, 'new', created_at FROM channels
"""
FINISH = """
UPDATE generation SET number = 1, longest_seconds = ?, changed_at = ?;
"""


@dataclass(frozen=True)
class Size:
    """So many channels with so many programmes each."""

    channels: int
    each: int
    seed: int = 1

    @property
    def programmes(self) -> int:
        return self.channels * self.each

    @property
    def name(self) -> str:
        return f"{self.channels}x{self.each}-{self.seed}"


@dataclass(frozen=True)
class Guide:
    """A made database in its bundle folder. `centre` (UTC) is the middle of its times."""

    size: Size
    folder: Path
    centre: datetime

    @property
    def database(self) -> Path:
        return self.folder / "epg.db"

    def at(self, hours: float, seconds: int = 0) -> str:
        """The time so far from the centre, as stored."""
        return (self.centre + timedelta(hours=hours, seconds=seconds)).strftime(FORMAT)


def guide(size: Size, var: Path = VAR, today: date | None = None) -> Guide:
    """The guide of this size for this week: the one made before, or a new one in place of last week's."""
    day = today or datetime.now(timezone.utc).date()
    monday = day - timedelta(days=day.weekday())
    centre = datetime.combine(monday, datetime.min.time(), timezone.utc)
    made = Guide(size, var / f"{size.name}-{monday}", centre)
    if not made.folder.is_dir():
        for old in var.glob(f"{size.name}-*"):
            shutil.rmtree(old)
        build(made)
    return made


def build(made: Guide) -> None:
    """Fill a folder beside the final one, and rename it when it is complete."""
    making = made.folder.with_name(f"making-{os.getpid()}-{made.folder.name}")
    making.mkdir(parents=True)
    try:
        fill(making / "epg.db", made)
        for part in PARTS:
            (making / part).symlink_to(HERE.parent / part)
        making.rename(made.folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def fill(path: Path, made: Guide) -> None:
    """All rows and the full-text index. No journal while it is filled: a half-made file is thrown away."""
    conn = open_database(path).conn
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("BEGIN")
    conn.execute(INSERT_PROVIDER)
    conn.executemany(INSERT_CHANNEL, ((number,) for number in range(1, made.size.channels + 1)))
    conn.execute(INSERT_MAPPING)
    conn.execute(INSERT_LINEUP)
    conn.execute(INSERT_ENTRY)
    conn.execute(INSERT_RULE)
    conn.executemany(INSERT_IMPORT, ((made.at(-n), n) for n in range(IMPORTS, 0, -1)))
    conn.executemany(INSERT_CONTENT, contents(made))
    conn.executemany(INSERT_AIRING, airings(made))
    assigning.place_all(conn)
    conn.execute("INSERT INTO contents_fts (contents_fts) VALUES ('rebuild')")
    conn.execute(FINISH, (NIGHT_SLOTS * SLOT // timedelta(seconds=1), made.at(0)))
    conn.execute("COMMIT")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.close()


def contents(made: Guide) -> Iterator[tuple[object, ...]]:
    """Rows for `INSERT_CONTENT`."""
    for number, row in enumerate(programmes(made), 1):
        yield *row[3:-1], number


def airings(made: Guide) -> Iterator[tuple[object, ...]]:
    """Rows for `INSERT_AIRING`."""
    for number, row in enumerate(programmes(made), 1):
        yield *row[:3], number, row[-1]


def programmes(made: Guide) -> Iterator[tuple[object, ...]]:
    """By channel and start: channel, start, end, the columns of a content, and a hash."""
    size = made.size
    texts = make_texts(Random(f"web/{size.seed}"))
    times = slot_times(made)
    spread = max(1, size.programmes // (len(RARE) * RARE_ROWS))
    row = 0
    for channel in range(1, size.channels + 1):
        rng = Random(f"web/{size.seed}/{channel}")
        slot = 0
        for _ in range(size.each):
            bits = rng.getrandbits(64)
            until = slot + (NIGHT_SLOTS if row % NIGHT_EVERY == 0 else LENGTHS[bits & 15])
            title, subtitle, *rest = texts[bits >> 4 & (TEXTS - 1)]
            if row % spread == 0:
                title = f"{title} {RARE[row // spread % len(RARE)]}"
            yield channel, times[slot], times[until], title, subtitle, *rest, bits >> 1
            slot, row = until, row + 1


def slot_times(made: Guide) -> list[str]:
    """Every slot from the first start on, with room for channels of unusually long programmes."""
    slots = int(made.size.each * MEAN_SLOTS)
    first = made.centre - slots // 2 * SLOT
    room = slots + 12 * int(made.size.each**0.5 * 10) + 2 * NIGHT_SLOTS
    return [(first + n * SLOT).strftime(FORMAT) for n in range(room)]


def make_texts(rng: Random) -> list[tuple[object, ...]]:
    words = make_words(rng, 4096)
    return [text(rng, words, number) for number in range(TEXTS)]


def text(rng: Random, words: list[str], number: int) -> tuple[object, ...]:
    """The columns from title to details."""
    season, episode = rng.randint(1, 12), rng.randint(1, 24)
    told = " ".join(sentence(rng, words) for _ in range(3)) + (
        f" {COMMON.capitalize()}." if number % 4 == 0 else ""
    )
    people = [f'["{phrase(rng, words, 2, 2)}"]' for _ in range(2)]
    return (
        phrase(rng, words, 1, 4), phrase(rng, words, 2, 5), told, f'["{rng.choice(GENRES)}"]',
        f"S{season:02}E{episode:02}", season, episode, rng.choice(RATINGS), *people,
        f"https://img.example.org/p/{number:010x}.jpg", number % 2, f'{{"date": "{rng.randint(1950, 2026)}"}}',
    )  # fmt: skip
