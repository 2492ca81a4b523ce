"""The yardstick: lxml `iterparse` of a plain XMLTV file, and nothing else.

python benchmarks/bare.py FEED
"""

from __future__ import annotations

import sys

from lxml import etree


def bare(path: str) -> int:
    """How many channels and programmes there are. Cleared elements stay in the tree as empty shells."""
    count = 0
    for _, element in etree.iterparse(path, tag=("channel", "programme")):
        element.clear()
        count += 1
    return count


if __name__ == "__main__":
    print(bare(sys.argv[1]))
