"""Which addresses may be shown to everybody."""

from __future__ import annotations

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.core.redact import secret_part
from epg_ingest.guide import channel_settings
from epg_ingest.lineup_store import lineup_settings

REFUSED = (
    "http://me:canary@h/1.png", "http://canary@h/1.png", "http://me:@h/1.png", "https://h/1.png?token=canary",
    "https://h/1.png?Access_Token=canary", "https://h/1.png?x=1&api-key=canary", "https://h/1.png;jsessionid=canary",
    "https://h/1.png#auth=canary", "https://h/get?username=canary&password=canary", "https://h/1.png?u=canary&p=canary",
    "https://h/1.png?P=canary&a=b&U=canary", "https://h/1.png|Cookie=canary", "https://h/1.png?X-Amz-Signature=canary",
    "https://h/token=canary/1.png", "https://h/1.png?to%6ben=canary", "https://h/1.png?token=%63anary",
    "https://h/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary/1.png",
    "https://h/1.png?jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary", "https://h/1.png?sig=canary&key=",
)  # fmt: skip
ALLOWED = (
    "http://h/1.png", "https://h:8443/1.png?v=3f8a9b2c", "https://h/1.png?w=64&h=48#top", "https://h/users/1.png",
    "https://h/1.png?keyword=canary", "https://h/1.png?auth=0", "https://h/1.png?token=", "https://h/1.png?p=2",
    "https://h/é/1.png", "https://[::1]/1.png", "https://h/a@b.png", "https://h/1.png?author=me&design=2",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_with_a_credential_is_refused_and_not_repeated(address: str) -> None:
    for check in (channel_settings.validate, lineup_settings.validated_entry):
        with pytest.raises(UsageError) as caught:
            check({"icon_url": address})
        assert "everybody can see it" in caught.value.message and "canary" not in caught.value.message
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("address", ALLOWED)
def test_a_plain_address_is_allowed(address: str) -> None:
    assert secret_part(address) is None
    assert channel_settings.validate({"icon_url": address}) == {"icon_url": address}
    assert lineup_settings.validated_entry({"icon_url": address}) == {"icon_url": address}
