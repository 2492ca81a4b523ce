"""Alerts take many small commits. No test here takes the power away, so none waits for the disk."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def quick(*where: Any, **how: Any) -> sqlite3.Connection:
        conn = connect(*where, **how)
        conn.execute("PRAGMA synchronous = OFF")
        return conn

    monkeypatch.setattr(sqlite3, "connect", quick)
