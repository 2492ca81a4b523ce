"""Where the grabber writes: nothing that a guide of this machine needs is replaced. See `storage.destination`."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import UsageError
from ..core.given_files import require_regular
from ..storage.destination import Destination, destination, written
from ..storage.own_files import OwnFiles
from .configuration import Configuration
from .source import database_of


def output_destination(name: str, configuration: Configuration, file: Path) -> Destination:
    """Where `--output` goes. `file` is the configuration of the grabber.

    Raises `UsageError` for the configuration, for a file of the guide in the source, and for one of the guide in the settings.
    """
    return _checked(name, configuration, (file,))


def check_configuration_file(file: Path, configuration: Configuration) -> None:
    """Raise `UsageError` where a configuration with this source must not be written to `file`: see `output_destination`.

    A device or a pipe is refused too, because nobody could read the configuration from it later. The folder may be missing.
    """
    require_regular(file, "the configuration")
    if file.parent.is_dir() and _checked(file, configuration).stream:
        raise UsageError(f"{file} is an open file of this program; name another file for the configuration")


def write_configuration(configuration: Configuration, file: Path) -> None:
    """Write it, whole or not at all, readable for this user only because of the token. Links are followed.

    Raises `UsageError` as `check_configuration_file` does, and `DatabaseError` (`output`) if it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot make the folder {file.parent}: {error.strerror}; name another file"
        ) from error
    check_configuration_file(file, configuration)
    with written(_checked(file, configuration), private=True) as out:
        out.write(configuration.text().encode())


def _checked(name: str | Path, configuration: Configuration, more: tuple[Path, ...] = ()) -> Destination:
    """Where an output goes, checked against the guide of the source and against that of the settings."""
    from ..settings.settings import load

    settings = load()
    kept = tuple(path for path in (settings.file, *more) if path)
    guides = (Path(settings["database.path"]), database_of(configuration))
    found = [destination(name, OwnFiles(guide, kept, archive=settings.archive())) for guide in guides]
    return found[-1]
