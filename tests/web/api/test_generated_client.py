"""A client that openapi-python-client makes from the description calls every read route, and its classes take the answers."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.helpers.example_guide import bundle, server
from tests.helpers.support import require

#: it knows no lines of JSON, which are text to it then
CONFIG = "content_type_overrides:\n  application/x-ndjson: text/plain\npost_hooks: []\n"
#: values of parameters that the examples of the description do not have
GIVEN: dict[str, Any] = {"id": 1, "q": "news", "channels": "1,2", "limit": 2, "after": None, "change": None}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("generated")
    (folder / "site").mkdir()
    with server(bundle(folder / "site"), folder / "log") as address:
        yield address


@pytest.fixture(scope="module")
def description(site: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{site}/api/v1/openapi.json", timeout=30).json()
    return found


@pytest.fixture(scope="module")
def generated(
    site: str, description: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of the generated package, which can be imported."""
    require(
        find_spec("openapi_python_client"),
        "openapi-python-client is not installed (PyPI: openapi-python-client)",
    )
    folder = tmp_path_factory.mktemp("client")
    (folder / "config.yml").write_text(CONFIG)
    (folder / "openapi.json").write_text(json.dumps(description))
    command = [
        sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.yml",
        "--meta", "none", "--output-path", "guide_client",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    # Whatever it cannot read, it leaves out with a warning.
    assert "WARNING" not in said, said
    assert "Unable" not in said, said
    sys.path.insert(0, str(folder))
    yield "guide_client"
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "guide_client"]:
        del sys.modules[name]


def reads(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of strangers."""
    found = [item["get"] for item in description["paths"].values() if "get" in item]
    return [operation for operation in found if operation["security"] != [{"bearer": []}]]


def values(operation: dict[str, Any], function: Any) -> dict[str, Any]:
    """A value for every parameter of the function: the example of the description, else that of `GIVEN`."""
    examples = {part["name"]: part.get("example") for part in operation["parameters"]}
    names = [name for name in inspect.signature(function).parameters if name != "client"]
    assert sorted(name.rstrip("_") for name in names) == sorted(examples)
    found = {name: examples[name] if examples[name] is not None else GIVEN.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def test_it_calls_every_read_route(site: str, description: dict[str, Any], generated: str) -> None:
    client = importlib.import_module(generated).Client(base_url=site)
    operations = reads(description)
    assert len(operations) > 25
    for operation in operations:
        name, tag = operation["operationId"], operation["tags"][0]
        module = importlib.import_module(f"{generated}.api.{tag}.{'import_' if name == 'import' else name}")
        answer = module.sync_detailed(client=client, **values(operation, module.sync_detailed))
        assert answer.status_code in (200, 503 if name == "health" else 200), (name, answer.content)
        assert answer.parsed is not None, name
        again(answer.parsed, answer.content, name)


def again(parsed: Any, content: bytes, name: str) -> None:
    """What the client made of an answer has everything of it."""
    if isinstance(parsed, str):
        assert parsed.encode() == content, name
        return
    rows = [row.to_dict() for row in parsed] if isinstance(parsed, list) else parsed.to_dict()
    # Its times are datetimes, which say UTC in another way.
    text = re.sub(r'(\d\d:\d\d:\d\d)\+00:00"', r'\1Z"', json.dumps(rows))
    assert json.loads(text) == json.loads(content), name


def test_a_refusal_is_an_error(site: str, generated: str) -> None:
    client = importlib.import_module(generated).Client(base_url=site)
    module = importlib.import_module(f"{generated}.api.channels.channel")
    error = module.sync(client=client, id=99)
    assert type(error).__name__ == "Error"
    assert (error.status, error.error) == (404, "there is no such channel")


def without_items(part: Any, place: str = "") -> Iterator[str]:
    """Where arrays do not say what is in them."""
    if isinstance(part, dict):
        kind = part.get("type")
        if "array" in (kind if isinstance(kind, list) else [kind]) and "items" not in part:
            yield place
        for key, value in part.items():
            yield from without_items(value, f"{place}/{key}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from without_items(value, f"{place}/{number}")


def test_every_array_says_what_is_in_it(description: dict[str, Any], tmp_path: Path) -> None:
    assert list(without_items({"a": [{"type": "array"}, {"type": ["array", "null"]}]})) == ["/a/0", "/a/1"]
    assert list(without_items(description)) == []
