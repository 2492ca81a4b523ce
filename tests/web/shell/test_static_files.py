"""Files of the site: addresses that name their content, kept for good, compressed; and Datasette's own pages compressed."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from datasette.app import Datasette
from epg_web.shell import static_files
from epg_web.shell.static_files import SITE, address_of, edition, files, together

from tests.helpers.datasette_helpers import ROOT, make_guide, serving
from tests.helpers.hosts.either_datasette import SHEET

#: what a script asks for beside itself
IMPORTED = re.compile(r'(?:from |import |import\()"(\./[^"]+)"')
TEMPLATES = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").glob("*.html")))


@pytest.fixture(name="ds")
async def instance(tmp_path: Path) -> AsyncIterator[Datasette]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as found:
        yield found


async def test_a_file_is_kept_for_good_and_is_compressed(ds: Datasette) -> None:
    for name, file in files().items():
        answer = await ds.client.get(address_of(name), headers={"accept-encoding": "gzip"})
        assert (answer.status_code, answer.content) == (200, file.body), name
        assert ("content-encoding" in answer.headers) == (file.gzipped is not None), name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == file.content_type
    plain = await ds.client.get(address_of(SITE), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    again = await ds.client.get(address_of(SITE), headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_another_edition_gives_what_the_file_is_now_and_nobody_keeps_it(ds: Datasette) -> None:
    older = address_of(SITE).replace(edition(), "0" * static_files.LETTERS)
    answer = await ds.client.get(older)
    assert answer.content == files()[SITE].body
    assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
    for missing in ("none.css", "../plugins/epg_shell.py", "css/", "xmltv.dtd"):
        assert (await ds.client.get(f"/static/{edition()}/{missing}")).status_code == 404, missing


def test_the_sheet_of_the_site_has_every_sheet_once() -> None:
    body = together(
        {"css/b.css": b"B", "css/base.css": b"2", "css/a.css": b"A", "css/tokens.css": b"1", "js/a.js": b""}
    )
    assert body == b"1\n2\nA\nB"
    for path in (ROOT / "static" / "css").glob("*.css"):
        rules = static_files.COMMENT.sub(b"", path.read_bytes()).strip()
        assert files()[SITE].body.count(rules) == 1, path.name
    assert b"/*" not in files()[SITE].body


def test_a_script_is_sent_without_its_comments() -> None:
    body = b"// Why.\nconst a = 'x // y'; // z\n  /** Two\n   * lines. */\n  b();\nconst c = 'https://example.org';\n"
    assert static_files.LINES.sub(b"", body) == (
        b"const a = 'x // y'; // z\n  b();\nconst c = 'https://example.org';\n"
    )
    for path in (ROOT / "static" / "js").glob("*.js"):
        written = path.read_text(encoding="utf-8")
        for comment in static_files.LINES.finditer(written.encode()):
            before = written.encode()[: comment.start()]
            assert before.count(b"`") % 2 == 0, f"{path.name}: {comment[0]!r} is in a text"
        assert len(files()[f"js/{path.name}"].body) < len(written)


def test_the_edition_changes_with_any_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in (("css/tokens.css", ":root {}"), ("css/base.css", "a {}"), ("js/a.js", "1")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    seen = []
    for text in ("1", "2", "1"):
        (tmp_path / "js" / "a.js").write_text(text, encoding="utf-8")
        files.cache_clear()
        edition.cache_clear()
        seen.append(edition())
    files.cache_clear()
    edition.cache_clear()
    assert seen[0] == seen[2] != seen[1]


def test_scripts_and_templates_name_files_that_exist() -> None:
    for name, file in files().items():
        if name.endswith(".js"):
            for beside in IMPORTED.findall(file.body.decode()):
                assert f"js/{beside.removeprefix('./')}" in files(), (name, beside)
    named = set(re.findall(r"asset\([\"']([^\"']+)[\"']\)", TEMPLATES))
    assert {SITE, "js/shell.js"} <= named <= set(files())
    assert "/static/" not in TEMPLATES


async def test_pages_of_datasette_are_compressed_and_its_sheet_is_kept(ds: Datasette) -> None:
    page = await ds.client.get("/epg", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(page.content)) * 2 < len(page.content)
    assert "Accept-Encoding" in page.headers["vary"]
    plain = await ds.client.get("/epg", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    (sheet,) = re.findall(f'href="({SHEET})"', page.text)
    kept = await ds.client.get(sheet, headers={"accept-encoding": "gzip"})
    assert kept.headers["content-encoding"] == "gzip"
    assert "immutable" in kept.headers["cache-control"]
    assert "immutable" not in (await ds.client.get("/-/static/app.css?other")).headers.get(
        "cache-control", ""
    )
    small = await ds.client.get("/-/versions.json", headers={"accept-encoding": "gzip"})
    assert small.json() and ("content-encoding" in small.headers) == (len(small.content) >= 1000)
