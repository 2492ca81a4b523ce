"""`make fuzz`: the tests of this folder again and again, with other examples each time, until the time is up or one fails.

A failure prints its example and the command that repeats it.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """0 when the time is up, else the status of the round that failed."""
    options = _options()
    ends = time.monotonic() + options.minutes * 60
    seed, rounds = options.seed, 0
    while time.monotonic() < ends:
        command = [
            sys.executable, "-m", "pytest", str(FOLDER), "-q", "-n", "auto", "-p", "no:cacheprovider",
            "--hypothesis-profile=fuzz", f"--hypothesis-seed={seed}",
        ]  # fmt: skip
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if found.returncode:
            print(found.stdout)
            print("fuzz: repeat this with", *command[1:])
            return found.returncode
        seed, rounds = seed + 1, rounds + 1
        print(f"fuzz: round {rounds} found nothing, seed {seed - 1}", flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.run", description="Look for feeds that break the reader."
    )
    parser.add_argument("--minutes", type=float, default=10, help="how long to look (default: 10)")
    parser.add_argument(
        "--seed", type=int, default=random.randrange(1_000_000), help="the first seed (default: a random one)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
