"""Where the project's own files are, for tests in any folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
#: small feeds that each state one rule, and what they give
DATA = TESTS / "data"
#: real feeds, beside the checkout or where EPG_FEEDS says
FEEDS = Path(os.environ.get("EPG_FEEDS") or ROOT.parent / "shared" / "xmltv")
#: for processes that a test starts: they import the project's packages as the tests do
PYTHONPATH = os.pathsep.join([str(ROOT), str(ROOT / "ingest")])
