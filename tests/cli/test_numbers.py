"""Every numeric option and argument of every command, found by itself, and what it says of numbers that are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import click
import pytest
from epg_ingest.cli.asking.numbers import Number, Whole
from epg_ingest.cli.main import cli, run
from epg_ingest.core.errors import UsageError
from epg_ingest.settings.definitions import SETTINGS
from epg_ingest.settings.settings import load

from tests.helpers.support import Guide

Epg = Callable[..., tuple[int, str, str]]
NOT_NUMBERS = ("nan", "inf", "-Infinity", "1e400", "1_0", "٣", "", "0x10", "9" * 400, "--", "1,5")


def commands(
    group: click.Group, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


NUMERIC = {
    f"{' '.join(words)} {param.name}": (words, command, param)
    for words, command in commands(cli)
    for param in command.params
    if isinstance(param.type, (click.types.IntParamType, click.types.FloatParamType))
}


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Epg:
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


def test_there_are_some() -> None:
    assert len(NUMERIC) >= 14


@pytest.mark.parametrize("case", NUMERIC)
def test_a_number_that_is_none_is_refused_in_one_line(epg: Epg, case: str) -> None:
    words, command, param = NUMERIC[case]
    arguments = [
        one for one in command.params if isinstance(one, click.Argument) and (one.required or one is param)
    ]
    for value in NOT_NUMBERS:
        if isinstance(param, click.Option):
            args = [*words, *("1" for _ in arguments), f"{max(param.opts, key=len)}={value}"]
        elif value.startswith("-"):
            continue
        else:
            args = [*words, *(value if one is param else "1" for one in arguments)]
        status, out, err = epg(*args)
        assert (status, out, err.count("\n")) == (2, "", 1), (args, err)
        assert "number" in err and len(err) < 300, (args, err)


@pytest.mark.parametrize(("bounds", "value", "found"), [
    ((0, 10), "10", 10), ((0, 10), "+3", 3), ((None, None), "-7", -7), ((None, None), " 5 ", 5),
    ((0, 10), "11", None), ((0, 10), "-1", None), ((None, None), "1" * 19, None), ((0, 10), "1.0", None),
])  # fmt: skip
def test_whole_numbers(bounds: tuple[int | None, int | None], value: str, found: int | None) -> None:
    if found is None:
        with pytest.raises(click.BadParameter):
            Whole(*bounds).convert(value, None, None)
    else:
        assert Whole(*bounds).convert(value, None, None) == found


@pytest.mark.parametrize(("value", "found"), [
    ("0", 0.0), ("1", 1.0), (".5", 0.5), ("0.25", 0.25), ("1.", 1.0), ("1.01", None),
    ("-0.1", None), ("nan", None), ("1e-1", None),
])  # fmt: skip
def test_numbers(value: str, found: float | None) -> None:
    if found is None:
        with pytest.raises(click.BadParameter):
            Number(0, 1).convert(value, None, None)
    else:
        assert Number(0, 1).convert(value, None, None) == found


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("--check --sizes", "--check and --sizes are two different reports; ask for one at a time"),
        ("--sizes --check --json", "--check and --sizes are two different reports"),
        ("--max-age 3", "--max-age are for --check; add it"),
        ("--min-ahead 3 --sizes --max-age 1", "--max-age and --min-ahead are for --check; add it"),
    ],
)
def test_options_of_status_that_mean_nothing_together(epg: Epg, args: str, said: str) -> None:
    status, out, err = epg("status", *args.split())
    assert (status, out, err.count("\n")) == (2, "", 1) and said in err


COUNTED = [s for s in SETTINGS if isinstance(s.default, (int, float)) or s.key == "retention.days"]


@pytest.mark.parametrize("setting", COUNTED, ids=lambda setting: setting.key)
def test_settings_that_are_numbers(setting: object) -> None:
    assert len(COUNTED) > 12
    for value in ("nan", "inf", "-1", "1e400", "9" * 30, "1_0", "٣", "0x10", "1,5"):
        with pytest.raises(UsageError, match="must be "):
            load(None, None, {setting.variable: value})  # type: ignore[attr-defined]
