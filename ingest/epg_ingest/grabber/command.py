"""The command line of the grabber, as XMLTV's rules for grabbers have it.

    options → configuration → source → document in a temporary file → the wanted channels and days → output

Exit status: 0 all good, 1 something failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from .. import __version__
from ..core.errors import EpgError, UsageError
from ..core.given_files import require_regular
from ..core.terminal import interrupts, standard_streams
from .configuration import Configuration, default_file
from .dialogue import ask, description_of, selection_of
from .document import channel_list, filtered
from .source import fetch, is_address
from .terminal import complain, hide_secrets
from .window import window

PROGRAM = "tv_grab_datasette_epg"
DESCRIPTION = "The guide of a datasette-epg"
CAPABILITIES = ("baseline", "manualconfig", "apiconfig", "preferredmethod")
#: stages of `--configure-api`
START, CHANNELS = "start", "select-channels"


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, as for every other error. A help that cannot be printed is an error too."""

    def print_help(self, file: Any = None) -> None:
        print(self.format_help(), end="", file=file or sys.stdout)

    def error(self, message: str) -> NoReturn:
        complain(self.prog, f"{message}; see: {self.prog} --help")
        self.exit(2)


def parser() -> argparse.ArgumentParser:
    """The options. Abbreviations are refused, as a program that tries whether an option exists must get an answer."""
    made = _Parser(PROGRAM, description=f"{DESCRIPTION}, as XMLTV.", allow_abbrev=False)
    about = made.add_argument_group("about the grabber")
    about.add_argument("--description", action="store_true", help="print what it grabs")
    about.add_argument("--version", action="store_true", help="print the version")
    about.add_argument("--capabilities", action="store_true", help="print what it can do, one word a line")
    about.add_argument("--preferredmethod", action="store_true", help="print allatonce: get all days at once")
    made.add_argument("--url", metavar="URL", help="the address of a site, such as http://127.0.0.1:8001")
    made.add_argument("--db", metavar="PATH", help="the guide database")
    made.add_argument("--days", type=_days(1), metavar="N", help="so many days; all there are without it")
    made.add_argument("--offset", type=_days(0), metavar="N", default=0, help="begin N days after today")
    made.add_argument("--output", metavar="FILE", help="write to this file, whole or not at all")
    made.add_argument("--quiet", action="store_true", help="print errors only")
    made.add_argument("--config-file", metavar="FILE", help=f"the configuration; ~/.xmltv/{PROGRAM}.conf")
    made.add_argument(
        "--configure", action="store_true", help="ask for the source and channels, and keep them"
    )
    made.add_argument("--configure-api", action="store_true", help="print what a program may ask, as XML")
    made.add_argument(
        "--stage", metavar="NAME", default=START, help=f"of --configure-api: {START} or {CHANNELS}"
    )
    made.add_argument("--list-channels", action="store_true", help="print all channels, as XMLTV")
    return made


def _days(low: int) -> Callable[[str], int]:
    def days(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not low <= int(text) <= 3650:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to 3650")
        return int(text)

    return days


def main() -> NoReturn:
    """Run the grabber and leave with its exit status."""
    standard_streams.open_missing()
    sys.exit(interrupts.status_of(lambda: run(sys.argv[1:]), lambda: complain(PROGRAM, "interrupted")))


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for; the exit status. Says in one line what went wrong."""
    try:
        status = _answered(arguments)
        standard_streams.finish_output()
    except EpgError as error:
        complain(PROGRAM, error.message)
        status = error.exit_status
    except BrokenPipeError:  # the reader has gone
        status = 1
    except OSError as error:
        from ..core.given_files import as_epg_error

        said = standard_streams.why_unwritten(error)
        refused = None if said else as_epg_error(error)
        complain(PROGRAM, said or str(refused and refused.message))
        status = 1 if refused is None else refused.exit_status
    if status:
        standard_streams.give_up_output()
    return status


def _answered(arguments: Sequence[str]) -> int:
    """Print what the grabber says of itself, or do what it is asked for."""
    try:
        options = parser().parse_args(arguments)
    except interrupts.Interrupted:
        raise
    except SystemExit as ended:  # of --help, and of a mistake
        return int(ended.code or 0)
    facts = {
        "description": DESCRIPTION,
        "version": f"This is {PROGRAM} version {__version__}",
        "capabilities": "\n".join(CAPABILITIES),
        "preferredmethod": "allatonce",
    }
    for name, text in facts.items():
        if getattr(options, name):
            print(text)
            return 0
    _work(options)
    return 0


def _work(options: argparse.Namespace) -> None:
    file = _configuration_file(options)
    if options.configure:
        require_regular(file, "the configuration")  # before a pipe is waited for
    kept = Configuration.read(file)
    _hide(options, kept)
    configuration = _given(options, kept or Configuration())
    if options.configure:
        from .writing import check_configuration_file

        check_configuration_file(file, configuration)
        ask(configuration, file)
        return
    if options.configure_api:
        _write(options, configuration, _stage(options, configuration, kept).encode())
        return
    if kept is None and options.config_file:
        raise UsageError(f"there is no configuration {file}; make one with: {PROGRAM} --configure")
    with tempfile.TemporaryFile() as document:
        if options.list_channels:
            fetch(configuration, document, days=0)
            _write(options, configuration, channel_list(document))
            return
        days = window(time.time(), options.offset, options.days)
        fetch(configuration, document)
        with _opened(options, configuration) as out:
            count = filtered(document, out, configuration, days)
    if not options.quiet:
        complain(PROGRAM, f"{count} programmes")


def _hide(options: argparse.Namespace, kept: Configuration | None) -> None:
    """Keep the secrets of the configuration and of the command line out of everything that is printed."""
    hide_secrets(options.url or "", is_url=True)
    hide_secrets(options.db or "")
    if kept is not None:
        hide_secrets(kept.source, kept.token)


def _given(options: argparse.Namespace, kept: Configuration) -> Configuration:
    """The configuration with the source of the command line. Raises `UsageError` for two of them, and for an address of
    another kind than the web's."""
    if options.url and options.db:
        raise UsageError("--url and --db are two sources; give one")
    if options.url and not is_address(options.url):
        raise UsageError(
            f"--url takes the address of a site, such as http://127.0.0.1:8001, not {options.url}"
        )
    source = options.url or options.db
    return kept.reading(source) if source else kept


def _stage(options: argparse.Namespace, configuration: Configuration, kept: Configuration | None) -> str:
    """The XML of a stage of `--configure-api`."""
    if options.stage == START:
        return description_of(PROGRAM, kept or Configuration(), CHANNELS)
    if options.stage != CHANNELS:
        raise UsageError(f"there is no stage {options.stage!r}, only {START} and {CHANNELS}")
    if kept is None and not (options.url or options.db):
        raise UsageError(f"begin the configuration with the stage {START}")
    return selection_of(PROGRAM, configuration)


def _write(options: argparse.Namespace, configuration: Configuration, body: bytes) -> None:
    with _opened(options, configuration) as out:
        out.write(body)


@contextmanager
def _opened(options: argparse.Namespace, configuration: Configuration) -> Iterator[BinaryIO]:
    """Standard output, or what `--output` names; see `storage.destination`.

    Raises `UsageError` for a file of the guide, the configuration of the grabber included.
    """
    if not options.output or options.output == "-":
        yield sys.stdout.buffer
        standard_streams.finish_output()
        return
    from ..storage.destination import written
    from .writing import output_destination

    with written(output_destination(options.output, configuration, _configuration_file(options))) as out:
        yield out


def _configuration_file(options: argparse.Namespace) -> Path:
    return Path(options.config_file) if options.config_file else default_file(PROGRAM)
