"""Pages of a served guide, parsed, and ways to find elements in them."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

#: a title that is a script where it is not escaped
CANARY = "<script>alert(1)</script>"
_STEP = re.compile(
    r"(?P<tag>[a-z0-9]*)(?:\.(?P<name>[\w-]+))?(?:\[(?P<attribute>[\w-]+)(?:=(?P<value>[^\]]*))?\])?"
)


def xpath(selector: str) -> str:
    """The XPath of `tag.class[attribute=value]`. Of several with spaces between, each is somewhere inside the one before."""
    path = "."
    for step in selector.split():
        found = _STEP.fullmatch(step)
        assert found, f"not a selector: {step}"
        path += f"//{found['tag'] or '*'}"
        if found["name"]:
            path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {found['name']} ')]"
        if found["attribute"]:
            path += f"[@{found['attribute']}" + (f"='{found['value']}']" if found["value"] else "]")
    return path


def select(page: Any, selector: str) -> list[Any]:
    found: list[Any] = page.xpath(xpath(selector))
    return found


def texts(page: Any, selector: str) -> list[str]:
    """The text of each element, with single spaces."""
    return [" ".join(found.text_content().split()) for found in select(page, selector)]


def hrefs(page: Any, selector: str = "a") -> list[str]:
    return [found.get("href") for found in select(page, selector)]


async def get(ds: Any, path: str, status: int = 200, **options: Any) -> Any:
    """The page at an address; fails if it has another status."""
    found = await ds.client.get(path, **options)
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert CANARY not in found.text
    page = html.fromstring(found.text)
    addresses = page.xpath("//@href | //@src | //@action")
    assert not [
        address
        for address in addresses
        if ":" in address and not address.startswith(("http:", "https:", "/"))
    ]
    return page
