"""The SQL of the site: one statement per file in `plugins/epg_web/sql`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "sql"


def sql(name: str) -> str:
    """The text of the statement `name`."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def statements(prefix: str) -> dict[str, str]:
    """The texts of all statements whose names start with `prefix`, by their names."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob(f"{prefix}*.sql"))}
