"""Where the files of the project are, for tests in any folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
#: small feeds that state one rule each, with the rows they give
DATA = TESTS / "data"
#: real feeds, beside the checkout or where EPG_FEEDS says
FEEDS = Path(os.environ.get("EPG_FEEDS") or ROOT.parent / "shared" / "xmltv")
#: for processes that a test starts, so that they import the same packages as the tests
PYTHONPATH = os.pathsep.join([str(ROOT), str(ROOT / "ingest")])
