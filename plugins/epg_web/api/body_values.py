"""Whether the values in the body of a write make sense. The rules are those of `epg_ingest.changes`."""

from typing import Any

#: bodies with the settings of one provider, and of one channel
PROVIDER = ("ProviderNew", "ProviderChange")
CHANNEL = ("ChannelNew", "ChannelChange")
#: what is no setting: a write of its own, which looks at it
OTHERS = ("merge_into",)


def wrong_values(name: str, values: dict[str, Any]) -> list[str]:
    """A message for each value that would be refused whatever the guide holds. The values have the right types.

    Raises the `UsageError` of `epg_ingest` for texts that cannot be stored.
    """
    from epg_ingest.changes.operations import check_texts, wrong_channels, wrong_settings

    check_texts(values)
    if name in PROVIDER:
        return list(wrong_settings(values).values())
    settings = {key: value for key, value in values.items() if key not in OTHERS}
    if name in CHANNEL and settings:
        return [text.removeprefix("[0]: ") for text in wrong_channels([{"id": 1, **settings}])]
    return []
