"""Lists of channels that people send in a form: as a file, as text, large, and from where they may not come."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from datasette.app import Datasette
from epg_web.admin import uploads
from epg_web.base.answer import Refused

from tests.helpers.admin_site import ADMIN, TOKEN, Browser, query, served
from tests.lineup_store.lineup_site import fill, more, upload
from tests.web.admin.test_admin_lineups import LINEUPS, message, words


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPG_API_TOKEN", TOKEN)
        yield fill(tmp_path_factory.mktemp("uploads") / "bundle")


@pytest_asyncio.fixture
async def ds(shared: Path) -> AsyncIterator[Datasette]:
    async with served(shared) as found:
        yield found


@pytest.mark.parametrize("pasted", [False, True], ids=["file", "text"])
async def test_a_list_from_a_file_or_as_text_becomes_a_line_up(
    ds: Datasette, shared: Path, pasted: bool
) -> None:
    admin, name = Browser(ds, ADMIN), "pasted" if pasted else "uploaded"
    listed = '#EXTM3U\n#EXTINF:-1 tvg-id="Harbour.uk",Harbour\nhttp://u:canarypass@127.0.0.1/1\n'
    sent = {"text": listed} if pasted else {}
    answer = await upload(
        admin, f"{LINEUPS}/new", None if pasted else listed.encode(), name=name, kind_tv="1", **sent
    )
    page = await admin.follow(answer)
    assert "The list is read: 1 entry, 1 with a channel." in message(page)
    (ident,) = query(shared, f"SELECT id FROM lineups WHERE name = '{name}'")[0]
    assert "canarypass" not in json.dumps(query(shared, "SELECT * FROM lineup_channels"))
    here = f"{LINEUPS}/{ident}/list"
    page = await upload(admin, here, None, text="<p>sign in")
    assert page.status_code == 400 and "The list is not taken:" in page.text
    assert "&lt;p&gt;sign in</textarea>" in page.text, "what was typed stays"
    assert "The list is not taken:" in (await upload(admin, here, b"<html>sign in</html>")).text
    assert query(shared, f"SELECT count(*) FROM lineup_channels WHERE lineup_id = {ident}") == [(1,)]
    assert "There is no list" in (await upload(admin, here, None)).text
    page = await upload(admin, f"{LINEUPS}/new", None, name=f"{name}-2", kind_tv="1", text="no list")
    assert page.status_code == 400 and "is added. The list is not taken:" in page.text
    (other,) = query(shared, f"SELECT id FROM lineups WHERE name = '{name}-2'")[0]
    assert f'action="{LINEUPS}/{other}/list"' in page.text and "no list</textarea>" in page.text


async def test_a_large_list_is_for_those_who_are_signed_in(ds: Datasette, shared: Path) -> None:
    admin, data = Browser(ds, ADMIN), more(12_000).encode()
    assert len(data) > 1_000_000
    page = await admin.follow(await upload(admin, f"{LINEUPS}/new", data, name="large", kind_tv="1"))
    assert "The list is read: 12,000 entries" in message(page)
    found = words(await admin.get(str(page.url).partition("localhost")[2] + "?page=120"))
    assert "Page 120 of 120" in found
    assert "Number 11999" in found
    form = {"content-type": "multipart/form-data; boundary=x"}
    for path in (f"{LINEUPS}/new", f"{LINEUPS}/1/list"):
        assert (await ds.client.post(path, content=data, headers=form)).status_code == 413
    assert (await ds.client.post(f"{LINEUPS}/1", content=data, cookies=admin.cookies)).status_code == 413


async def test_a_form_with_a_file_needs_the_token_of_this_site(ds: Datasette, shared: Path) -> None:
    admin = Browser(ds, ADMIN)
    await admin.get(f"{LINEUPS}/1/list")
    before = query(shared, "SELECT max(id) FROM lineup_refreshes")
    for fields in ({}, {"csrftoken": "x"}):
        answer = await ds.client.post(
            f"{LINEUPS}/1/list", data=fields, files={"list": ("x", b"#EXTM3U")}, cookies=dict(admin.cookies)
        )
        assert answer.status_code in (400, 403)
    assert query(shared, "SELECT max(id) FROM lineup_refreshes") == before


@pytest.mark.parametrize(
    ("body", "fields", "data"),
    [
        (b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\ny\r\n--B--\r\n', {"a": "x\ny"}, b""),
        (b'--B\r\ncontent-disposition: form-data; name="f"; filename="l"\r\nContent-Type: x/y\r\n\r\n\x00\r\n\xff\r\n--B--',
         {}, b"\x00\r\n\xff"),
    ],
)  # fmt: skip
def test_parts_of_a_form(body: bytes, fields: dict[str, str], data: bytes) -> None:
    assert uploads.parts(body, b"B") == (fields, data)


@pytest.mark.parametrize(
    "body",
    [b"", b"--B--", b"--B\r\n\r\nx\r\n--B--", b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
     b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--B--', b"--C\r\nx\r\n--C--"],
)  # fmt: skip
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        uploads.parts(body, b"B")
