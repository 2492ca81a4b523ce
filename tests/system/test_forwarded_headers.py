"""What strangers say in `X-Forwarded-*` reaches nobody: with our nginx in front, and without any proxy."""

from __future__ import annotations

import os
import re
import string
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.helpers.example_guide import bundle, server
from tests.helpers.feedserver import unused_port
from tests.helpers.paths import ROOT
from tests.helpers.serve_process import served
from tests.helpers.support import require_program

pytestmark = pytest.mark.slow

EVIL = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.66"}
#: answers with absolute addresses
ABSOLUTE = ("/changes.atom", "/guide/use", "/programs/1.ics", "/calendar.ics?channels=1", "/search.atom?q=news",
            "/guide/opensearch.xml", "/-/epg/api", "/api/v1/openapi.json")  # fmt: skip
NAMES = ("For", "Proto", "Host")


@contextmanager
def nginx(folder: Path, inner: str) -> Iterator[str]:
    """The address of nginx with the files of `deploy/nginx` in front of the server `inner`."""
    program, deploy = require_program("nginx"), ROOT / "deploy" / "nginx"
    for name in ("temp", "cache"):
        (folder / name).mkdir(parents=True)
    address = f"127.0.0.1:{unused_port()}"
    values = {
        "GUIDE_LISTEN": address, "GUIDE_PRIMARY": inner.partition("//")[2], "GUIDE_NGINX": str(folder),
        "GUIDE_CACHE": str(folder / "cache"), "GUIDE_RATE": "1000r/s", "GUIDE_LOG": str(folder / "access.log"),
    }  # fmt: skip
    for source, target in (
        ("nginx.conf.template", "nginx.conf"), ("cache.conf.template", "cache.conf"),
        ("locations.conf", "locations.conf"), ("epg.conf.template", "site.conf"),
    ):  # fmt: skip
        text = string.Template((deploy / source).read_text()).safe_substitute(values)
        (folder / target).write_text(text)
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf"), *user])
    try:
        end = time.monotonic() + 20
        while True:
            try:
                requests.get(f"http://{address}/-/readyz", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def test_nginx_hands_on_nothing_that_a_stranger_says(tmp_path: Path) -> None:
    require_program("nginx")
    (tmp_path / "site").mkdir()
    with (
        server(bundle(tmp_path / "site"), tmp_path / "log") as inner,
        nginx(tmp_path / "nginx", inner) as front,
    ):
        for path in ABSOLUTE:
            # The first answer is what nginx keeps for everybody.
            for answer in (requests.get(front + path, headers=EVIL), requests.get(front + path)):
                text = answer.text.replace("\r\n ", "") + str(answer.headers)
                assert answer.status_code == 200
                assert "evil.example" not in text, path
                assert "https://127.0.0.1" not in text, path


def test_whoever_trusts_nobody_hears_nothing(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    text = (folder / "metadata.yaml").read_text()
    changed = text.replace("  datasette-epg:\n", "  datasette-epg:\n    trusted_proxies: []\n")
    assert changed != text
    (folder / "metadata.yaml").write_text(changed)
    with served(folder) as one:
        for path in ABSOLUTE:
            status, _, body = one.ask(path, **EVIL)
            assert status == 200
            assert b"evil.example" not in body, path
            assert b"https://127.0.0.1" not in body, path


def test_every_place_of_ours_sets_every_header() -> None:
    """nginx forgets the outer `proxy_set_header` in a block that has one of its own."""
    texts = [ROOT / "deploy/nginx/locations.conf", ROOT / "docs/deploy.md", ROOT / "docs/replicas.md"]
    found = 0
    for path in texts:
        text = path.read_text()
        blocks = re.findall(r"location[^{}\n]*\{[^{}]*\}", text)
        rest = text
        for block in blocks:
            rest = rest.replace(block, "")
        # The docs have blocks only.
        for block in [*blocks, *([rest] if path.suffix == ".conf" else [])]:
            needed = "proxy_set_header" in block or ("proxy_pass" in block and path.suffix == ".md")
            if needed:
                found += 1
                for name in NAMES:
                    assert f"proxy_set_header X-Forwarded-{name} " in block, (path.name, name, block)
    assert found == 3
