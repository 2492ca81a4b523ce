"""Every attack of the list, by 40 strangers at once: they get what they may get, and the others get everything.

`make attack` runs it, and not `make test-all`: it takes two minutes and nothing else may run beside it. The table is the one of
`attack.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.webprocess import Web
from tests.system.attack.attack import HEAD, faults, idle, line, tried
from tests.system.attack.classes import ATTACKS
from tests.system.attack.target import target

pytestmark = [pytest.mark.slow, pytest.mark.attack]


rows: list[str] = []


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with target(tmp_path_factory.mktemp("attack")) as running:
        idle(running)
        yield running
    print("", HEAD, *rows, sep="\n")


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_what_an_attack_gets_and_does(web: Web, number: int) -> None:
    result = tried(web, number)
    rows.append(line(ATTACKS[number].name, result))
    assert faults(web, ATTACKS[number], result) == []
