"""The settings in force: flags beat the environment, which beats `config.yaml`, which beats the defaults."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.database_files import followed
from .configuration_file import counts_everywhere, found, places
from .definitions import SETTINGS
from .sources import default_layer, environment_layer, file_layer, flag_layer, spread_days, spread_debug

if TYPE_CHECKING:
    from ..core.limits import Limits, Retention


@dataclass(frozen=True)
class Settings:
    """The effective settings. `sources` says where each value came from: `default`, a file, a variable or `flag`.

    `file` is the configuration file, None without one; `looked_for` are the places where it could have been.
    """

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    file: Path | None = None
    looked_for: tuple[Path, ...] = ()

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    @property
    def given(self) -> frozenset[str]:
        """The keys that somebody has set: their values are no defaults."""
        return frozenset(key for key, source in self.sources.items() if source != "default")

    @property
    def where_from(self) -> str:
        """The configuration file, or where it was looked for, in words."""
        if self.file is not None:
            return f"configuration file: {self.file}"
        return f"no configuration file; looked for {', '.join(map(str, dict.fromkeys(self.looked_for)))}"

    def retention(self) -> Retention:
        """The settings of `retention.*` and `archive.*`. Raises `UsageError` when the archive needs a missing pyarrow."""
        from ..core.limits import Retention
        from .extras import require_pyarrow

        if self["archive.path"] is not None:
            require_pyarrow()
        return Retention(
            past_days=self["retention.past_days"],
            future_days=self["retention.future_days"],
            log_days=self["retention.log_days"],
            archive=self.archive(),
            ledger_days=self["retention.ledger_days"],
        )

    def archive(self) -> Path | None:
        """The folder of the archive, None when it is off."""
        return None if self["archive.path"] is None else Path(self["archive.path"])

    def limits(self) -> Limits:
        """The settings of `download.*`."""
        from ..core.limits import Limits

        names = [
            key for key in self.values if key.startswith("download.") and key != "download.private_addresses"
        ]
        return Limits(**{key.removeprefix("download."): self[key] for key in names})


def load(
    flags: Mapping[str, Any] | None = None,
    config: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force. `flags` maps keys to values given on the command line (None = not given).

    Without `config`, the first file of `configuration_file.places` is read if there is one; a file that is named must exist.
    The path of the database is that of the file itself, also where a link was named. Raises `UsageError`, which names the key,
    variable or file and what is allowed.
    """
    environ = os.environ if environ is None else environ
    variables, given = environment_layer(environ), flag_layer(flags or {})
    known = {**default_layer(), **variables, **given}["database.path"][0]
    looked = [] if config else places(known, environ)
    file = Path(config) if config else found(looked)
    layers = (
        default_layer(),
        file_layer(file, anywhere=not config and counts_everywhere(file, environ)),
        variables,
        given,
    )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        for key, (value, source) in spread_debug(spread_days(layer)).items():
            values[key], sources[key] = value, source
    values["database.path"] = str(followed(values["database.path"]))
    ordered = [s.key for s in SETTINGS if s.key in values]
    in_order = {key: values[key] for key in ordered}, {key: sources[key] for key in ordered}
    return Settings(*in_order, file, tuple(looked))
