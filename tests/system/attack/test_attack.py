"""Every attack of the list, by 40 strangers at once: they get what they may get, and the others get everything.

`python -m tests.system.attack.attack` prints the same as a table, with times.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.webprocess import Web
from tests.system.attack.attack import STRANGERS, attacked
from tests.system.attack.classes import ATTACKS
from tests.system.attack.target import target

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with target(tmp_path_factory.mktemp("attack")) as running:
        yield running


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_what_an_attack_gets_and_does(web: Web, number: int) -> None:
    result = attacked(web, number)
    assert sum(result.got.values()) >= STRANGERS
    assert set(result.got) <= ATTACKS[number].allowed
    assert set(result.others) == {200}
    # Sixteen exports that are sent at once take 4 MB each, and answers that are kept 64 MB in all.
    assert result.grown < 150_000_000
    assert web.process.poll() is None
    assert "Traceback" not in web.log
