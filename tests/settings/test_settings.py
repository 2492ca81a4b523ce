"""Settings: precedence, every wrong value named, and the documentation held to the table in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from epg_ingest.cli.main import run
from epg_ingest.core.errors import UsageError
from epg_ingest.core.limits import Limits, Retention
from epg_ingest.settings.definitions import ALIASES, BY_KEY, OTHER_VARIABLES, SETTINGS, Setting
from epg_ingest.settings.environment import (
    check_other_variables,
    external_checkpoints,
    is_replica,
    token_refused,
)
from epg_ingest.settings.kinds import UNSET
from epg_ingest.settings.settings import load
from epg_token import weakness

from tests.helpers.paths import ROOT

DOC = ROOT / "docs" / "configuration.md"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.yaml"
    path.write_text(text)
    return path


def test_flags_beat_environment_beats_file_beats_defaults(tmp_path: Path) -> None:
    file = config(tmp_path, "server: {port: 1001, host: 127.0.0.3, workers: 3}\n")
    environ = {"EPG_SERVER_PORT": "1002", "EPG_SERVER_HOST": "127.0.0.2"}
    settings = load({"server.port": 1003}, file, environ)
    assert (settings["server.port"], settings["server.host"], settings["server.workers"]) == (
        1003,
        "127.0.0.2",
        3,
    )
    assert settings["logging.format"] == "text"
    assert settings.sources["server.port"] == "flag"
    assert settings.sources["server.host"] == "EPG_SERVER_HOST"
    assert settings.sources["server.workers"] == str(file)
    assert settings.sources["logging.format"] == "default"


def test_a_flag_that_was_not_given_changes_nothing() -> None:
    assert load({"database.path": None}, environ={})["database.path"] == "epg.db"


def test_config_yaml_is_read_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("database:\n  path: other.db\n")
    assert load(environ={})["database.path"] == "other.db"


def test_no_config_yaml_is_no_error() -> None:
    assert load(environ={})["database.path"] == "epg.db"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_sets_nothing(tmp_path: Path, text: str) -> None:
    assert load(None, config(tmp_path, text), {})["server.port"] == 8001


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("retention: {past_days: none}", "retention.past_days", None),
        ("retention: {past_days: None}", "retention.past_days", None),
        ("retention: {past_days: 0}", "retention.past_days", 0),
        ("scheduler: {import_time: 12:30}", "scheduler.import_time", "12:30"),
        ("scheduler: {import_time: 04:05}", "scheduler.import_time", "04:05"),
        ("scheduler: {import_time: '4:05'}", "scheduler.import_time", "04:05"),
        ("scheduler: {timezone: Europe/Berlin}", "scheduler.timezone", "Europe/Berlin"),
        ("download: {max_bytes: 500 MB}", "download.max_bytes", 500_000_000),
        ("download: {max_bytes: 1.5GiB}", "download.max_bytes", 1_610_612_736),
        ("download: {max_bytes: 77}", "download.max_bytes", 77),
        ("download: {read_timeout: 2}", "download.read_timeout", 2.0),
        ("download: {private_addresses: DENY}", "download.private_addresses", "deny"),
        ("logging: {level: Debug}", "logging.level", "debug"),
        ("database: {path: 5}", "database.path", "5"),
    ],
)
def test_values(tmp_path: Path, text: str, key: str, value: int | str | float | None) -> None:
    assert load(None, config(tmp_path, text), {})[key] == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("servr: {port: 1}", "unknown section 'servr'; did you mean server?"),
        ("server: {prt: 1}", "unknown key 'server.prt'; did you mean server.port?"),
        ("zzz: {prt: 1}", "known are: archive, database, download, logging, retention, scheduler, server"),
        ("server: 5", "server must hold keys and values, such as server: {host: 127.0.0.1}"),
        ("- a", "must hold sections with keys"),
        ("server: {port: 0}", "server.port must be 1 to 65535, not '0'"),
        ("server: {port: true}", "server.port must be 1 to 65535, not 'True'"),
        ("server: {port: 80.5}", "server.port must be"),
        ("server: {port: }", "server.port must be 1 to 65535, not 'empty'"),
        ("server: {workers: 0}", "server.workers must be a whole number from 1"),
        (
            "retention: {past_days: }",
            "retention.past_days must be a whole number of days, or none, not 'empty'",
        ),
        ("retention: {days: -1}", "retention.days must be"),
        ("retention: {log_days: 99999}", "retention.log_days must be"),
        ("scheduler: {import_time: 24:00}", "scheduler.import_time must be HH:MM"),
        ("scheduler: {import_time: soon}", "scheduler.import_time must be HH:MM, not 'soon'"),
        ("scheduler: {timezone: Mars/Base}", "scheduler.timezone must be an IANA time zone, not 'Mars/Base'"),
        ("logging: {level: loud}", "logging.level must be debug or info or warning or error"),
        ("logging: {format: [json]}", "logging.format must be text or json"),
        ("download: {max_bytes: many}", "download.max_bytes must be bytes"),
        ("download: {max_bytes: 0}", "download.max_bytes must be bytes"),
        ("download: {deadline: .nan}", "download.deadline must be seconds, more than 0"),
        ("download: {deadline: .inf}", "download.deadline must be seconds, more than 0"),
        ("download: {private_addresses: maybe}", "download.private_addresses must be allow or deny"),
        ("database: {path: ''}", "database.path must be a file name"),
        ("a: [", "line 1 is not YAML"),
        ("a: \x01", "is not YAML"),
        ("a: !!python/object/apply:os.getcwd []", "is not YAML"),
    ],
)
def test_wrong_file_is_named_with_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    path = config(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load(None, path, {})
    assert said in caught.value.message
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"server: \xff\xfe\x00")
    with pytest.raises(UsageError, match="not YAML"):
        load(None, path, {})


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the configuration file .*none.yaml: No such file"):
        load(None, tmp_path / "none.yaml", {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        load(None, tmp_path, {})


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
def test_every_key_has_its_variable(setting: Setting) -> None:
    value = {"retention.days": "3", "scheduler.import_time": "01:02"}.get(setting.key, str(setting.default))
    settings = load(None, None, {setting.variable: value})
    target = "retention.past_days" if setting.key == "retention.days" else setting.key
    assert settings.sources[target] == setting.variable


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("EPG_SERVER_PORT", "http", "EPG_SERVER_PORT: server.port must be 1 to 65535, not 'http'"),
        (
            "EPG_RETENTION_DAYS",
            "week",
            "EPG_RETENTION_DAYS: retention.days must be a whole number of days, or none",
        ),
        ("EPG_SERVR_PORT", "1", "unknown environment variable EPG_SERVR_PORT; did you mean EPG_SERVER_PORT?"),
        ("EPG_DB_PATH", "a\nb", "EPG_DB_PATH: database.path must be a file name"),
    ],
)
def test_wrong_variables_are_named(variable: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(None, None, {variable: value})
    assert said in caught.value.message


def test_values_in_messages_hold_no_secrets() -> None:
    with pytest.raises(UsageError) as caught:
        load(None, None, {"EPG_SERVER_PORT": "http://user:CANARY1@127.0.0.1/CANARY2?t=CANARY3"})
    assert "CANARY" not in caught.value.message


@pytest.mark.parametrize("variable", sorted(OTHER_VARIABLES))
def test_variables_of_other_parts_are_left_alone(variable: str) -> None:
    assert load(None, None, {variable: "x"}).values == load(None, None, {}).values


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(None, None, {"EPG_SERVER_PORT": " "})["server.port"] == 8001


def test_the_long_name_of_the_database_beats_the_short_one() -> None:
    assert load(None, None, {"EPG_DB_PATH": "short.db"})["database.path"] == "short.db"
    both = {"EPG_DATABASE_PATH": "long.db", "EPG_DB_PATH": "short.db"}
    assert load(None, None, both)["database.path"] == "long.db"


def test_retention_days_sets_both() -> None:
    settings = load(None, None, {"EPG_RETENTION_DAYS": "none"})
    assert settings.retention() == Retention(past_days=None, future_days=None, log_days=30)


def test_an_exact_key_beside_retention_days_wins(tmp_path: Path) -> None:
    settings = load(None, config(tmp_path, "retention: {days: 3, future_days: 14}"), {})
    assert (settings["retention.past_days"], settings["retention.future_days"]) == (3, 14)


def test_retention_days_of_the_environment_beats_an_exact_key_of_the_file(tmp_path: Path) -> None:
    settings = load(None, config(tmp_path, "retention: {past_days: 3}"), {"EPG_RETENTION_DAYS": "5"})
    assert (settings["retention.past_days"], settings["retention.future_days"]) == (5, 5)


def test_download_settings_are_the_limits_with_the_same_defaults() -> None:
    assert load(environ={}).limits() == Limits()
    assert load(None, None, {"EPG_DOWNLOAD_RETRIES": "0"}).limits().retries == 0


def test_retention_defaults_are_those_of_the_module() -> None:
    assert load(environ={}).retention() == Retention()


def test_the_documentation_has_every_setting_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([a-z_.]+)` \| `(EPG_[A-Z_]+)` \| (.*?) \| (.*?) \| (.*?) \|$", DOC.read_text(), re.M
    )
    expected = [(s.key, s.variable, shown(s.default), s.allowed, s.description) for s in SETTINGS]
    assert [tuple(row) for row in rows] == expected


def shown(default: object) -> str:
    return "" if default is UNSET else f"`{default}`"


def test_the_documentation_names_the_other_variables() -> None:
    variables = set(re.findall(r"\bEPG_[A-Z]+(?:_[A-Z]+)*", DOC.read_text()))
    assert variables == {s.variable for s in BY_KEY.values()} | set(ALIASES) | OTHER_VARIABLES


# Where the configuration file is


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The places of a configuration file, in their order, with the folders made."""
    from epg_ingest.settings import configuration_file

    found = {name: tmp_path / name for name in ("here", "beside", "user/epg", "machine")}
    for folder in found.values():
        folder.mkdir(parents=True)
    monkeypatch.chdir(found["here"])
    monkeypatch.setattr(configuration_file, "MACHINE", found["machine"])
    return found


@pytest.mark.parametrize("last", range(1, 5))
def test_the_first_file_that_is_there_counts(places: dict[str, Path], tmp_path: Path, last: int) -> None:
    for port, folder in list(enumerate(places.values(), 1))[-last:]:
        (folder / "config.yaml").write_text(f"server: {{port: {port}}}\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "user")}
    settings = load({"database.path": str(places["beside"] / "epg.db")}, None, environ)
    assert settings["server.port"] == 5 - last
    assert settings.file is not None and (places["here"] / settings.file).is_file()
    assert len(settings.looked_for) == 4


@pytest.mark.parametrize("variable", ["EPG_DATABASE_PATH", "EPG_DB_PATH"])
def test_it_is_found_beside_a_database_that_a_variable_names(places: dict[str, Path], variable: str) -> None:
    (places["beside"] / "config.yaml").write_text("retention: {days: none}\n")
    assert load({}, None, {variable: str(places["beside"] / "epg.db")})["retention.past_days"] is None


def test_a_home_without_xdg(places: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / ".config" / "epg").mkdir(parents=True)
    (tmp_path / ".config" / "epg" / "config.yaml").write_text("retention: {days: 3}\n")
    assert load({}, None, {"HOME": str(tmp_path)})["retention.past_days"] == 3
    assert load({}, None, {})["retention.past_days"] == 7


@pytest.mark.parametrize(
    "text", ["database: {path: epg.db}", "archive: {path: old}", "database: {path: ./a/epg.db}"]
)
def test_a_relative_path_that_would_mean_a_different_file_in_each_folder(
    places: dict[str, Path], tmp_path: Path, text: str
) -> None:
    (places["machine"] / "config.yaml").write_text(text)
    with pytest.raises(UsageError, match="must be an absolute path, because commands run in any folder"):
        load({}, None, {})
    (places["here"] / "config.yaml").write_text(text)
    assert load({}, None, {}).file == Path("config.yaml")


def test_a_file_that_may_not_be_read_is_no_reason_to_go_on_without(places: dict[str, Path]) -> None:
    (places["beside"] / "config.yaml").mkdir()
    with pytest.raises(UsageError, match="cannot read the configuration file"):
        load({"database.path": str(places["beside"] / "epg.db")}, None, {})


# What people write


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("scheduler: {import_time: 0300}", "scheduler.import_time", "03:00"),
        ("scheduler: {import_time: 0030}", "scheduler.import_time", "00:30"),
        ("scheduler: {import_time: 0859}", "scheduler.import_time", "08:59"),
        ("scheduler: {import_time: '2215'}", "scheduler.import_time", "22:15"),
        ("scheduler: {import_time: 3:00}", "scheduler.import_time", "03:00"),
        ("scheduler: {import_time: 10:30}", "scheduler.import_time", "10:30"),
        ("server: {port: 08001}", "server.port", 8001),
        ("retention: {days: 010}", "retention.past_days", 10),
        ("server: {debug: true}", "logging.level", "debug"),
        ("server: {debug: false}", "logging.level", "warning"),
        ("server: {debug: on}\nlogging: {level: error}", "logging.level", "error"),
        ("server: {host: '::1'}", "server.host", "::1"),
        ("server: {host: '[::1]'}", "server.host", "::1"),
        ("server: {host: localhost}", "server.host", "localhost"),
        ("server: {host: tv.example.com}", "server.host", "tv.example.com"),
        ("server: {host: my_guide-1}", "server.host", "my_guide-1"),
        ("server: {host: 0.0.0.0}", "server.host", "0.0.0.0"),
    ],
)
def test_values_mean_what_people_mean(tmp_path: Path, text: str, key: str, value: int | str) -> None:
    assert load(None, config(tmp_path, text), {})[key] == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scheduler: {import_time: 300}", "scheduler.import_time must be HH:MM, not '300'"),
        ("scheduler: {import_time: 2460}", "scheduler.import_time must be HH:MM"),
        ("scheduler: {import_time: 750}", "scheduler.import_time must be HH:MM"),
        (
            "retention: {days: 7}\nretention: {days: none}",
            "line 2: the key 'retention' is there twice; keep one",
        ),
        ("retention:\n  days: 7\n  days: none", "line 3: the key 'days' is there twice"),
        ("server: {port: 1, port: 1}", "the key 'port' is there twice"),
        ("server: {host: 'not a host!'}", "server.host must be an address or host name, not 'not a host!'"),
        ("server: {host: 'http://127.0.0.1'}", "server.host must be an address or host name"),
        ("server: {host: '127.0.0.1:80'}", "server.host must be an address or host name"),
        ("server: {host: 300.1.1.1}", "server.host must be an address or host name"),
        ("server: {host: a..b}", "server.host must be an address or host name"),
        ("server: {host: -a}", "server.host must be an address or host name"),
        ("server: {debug: loud}", "server.debug must be on or off"),
    ],
)
def test_what_nobody_can_mean_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(None, config(tmp_path, text), {})
    assert said in caught.value.message and "\n" not in caught.value.message


#: as a person who has read the first plan of this program writes it
PLAN = """
database:
  path: epg.db
server:
  host: 0.0.0.0
  port: 8001
  debug: false
retention:
  days: 7
scheduler:
  import_time: "03:00"
  timezone: UTC
logging:
  level: INFO
"""


def test_the_example_of_the_first_plan_is_read(tmp_path: Path) -> None:
    settings = load(None, config(tmp_path, PLAN), {})
    assert (settings["server.debug"], settings["logging.level"]) == ("off", "info")
    assert (
        load(
            None,
            config(tmp_path, PLAN.replace("  level: INFO", "  format: text").replace("false", "true")),
            {},
        )["logging.level"]
        == "debug"
    )


@pytest.mark.parametrize("word", ["external", "External", " EXTERNAL ", "internal", "", "extern", "true"])
def test_who_checkpoints(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("EPG_CHECKPOINT", word)
    if word in ("extern", "true"):
        with pytest.raises(UsageError, match=f"EPG_CHECKPOINT must be external or internal, not '{word}'"):
            external_checkpoints()
    else:
        assert external_checkpoints() == (word.strip().lower() == "external")


@pytest.mark.parametrize("word", ["replica", "Replica", "primary", "", "replicate"])
def test_which_role(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("EPG_ROLE", word)
    if word == "replicate":
        with pytest.raises(UsageError, match="EPG_ROLE must be replica or primary, not 'replicate'"):
            is_replica()
    else:
        assert is_replica() == (word.lower() == "replica")


def test_compose_passes_every_setting() -> None:
    """Those of the path and the address are set in the image."""
    found = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["guide"]["environment"]
    fixed = {"EPG_DATABASE_PATH", "EPG_SERVER_HOST", "EPG_SERVER_PORT"}
    assert {setting.variable for setting in SETTINGS} - fixed <= set(found)
    assert all(str(found[setting.variable]).startswith(f"${{{setting.variable}:-") for setting in SETTINGS
               if setting.variable not in fixed)  # fmt: skip


# Variables that are no settings

BAD_VARIABLES = {
    "EPG_ROLE": {"follower": "must be replica or primary, not 'follower'", "REPLICAS": "not 'REPLICAS'", "1": "not '1'"},
    "EPG_CHECKPOINT": {"externally": "must be external or internal, not 'externally'", "off": "not 'off'"},
    "EPG_PUBLIC_URL": {
        "guide.example": "must be the address of the site", "ftp://guide.example": "not 'ftp://guide.example'",
        "https://guide.example/?a=b": "must be the address", "https://u:CANARY@guide.example/": "must be the address",
    },
}  # fmt: skip
GOOD_VARIABLES = {
    "EPG_ROLE": ["", "replica", " Primary "], "EPG_CHECKPOINT": ["External", "internal", ""],
    "EPG_API_TOKEN": ["", "x" * 16], "EPG_PUBLIC_URL": ["", "https://guide.example", "http://[::1]:8001/tv/", "http://a_b:80"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [(name, value, said) for name, values in BAD_VARIABLES.items() for value, said in values.items()],
)
def test_other_variables_are_checked(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as caught:
        check_other_variables()
    assert variable in caught.value.message and said in caught.value.message
    assert "CANARY" not in caught.value.message


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in GOOD_VARIABLES.items() for value in values]
)
def test_good_values_of_other_variables(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    check_other_variables()


def test_the_command_shows_and_checks_other_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPG_ROLE", "replica")
    monkeypatch.setenv("EPG_API_TOKEN", "CANARY" * 4)
    assert run(["config"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^EPG_ROLE +replica +environment$", out, re.M)
    assert re.search(r"^EPG_API_TOKEN +\*+ +environment$", out, re.M) and "CANARY" not in out
    monkeypatch.setenv("EPG_API_TOKEN", "short")
    assert run(["config"]) == 0
    assert "Warning: EPG_API_TOKEN is shorter than 16 characters" in capsys.readouterr().err
    monkeypatch.setenv("EPG_ROLE", "leader")
    assert run(["config"]) == 2
    monkeypatch.setenv("EPG_ROEL", "replica")
    assert run(["config"]) == 2
    assert "unknown environment variable EPG_ROEL; did you mean EPG_ROLE?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("CANARY1", "is shorter than 16 characters"), ("CANARY" * 3 + "é", "has characters outside ASCII"),
        ("CANARY" * 3 + "\n", "has white space in it"), (" ", "is empty"), ("", "is empty"), ("x" * 16, ""), (None, ""),
    ],
)  # fmt: skip
def test_tokens_that_no_web_server_takes(
    monkeypatch: pytest.MonkeyPatch, token: str | None, said: str
) -> None:
    monkeypatch.delenv("EPG_API_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("EPG_API_TOKEN", token)
    found = token_refused()
    assert (said in found and "unset it, or make one with: " in found) if said else found == ""
    assert "CANARY" not in found
    assert not token or (weakness(token) or "")[:20] == said[:20], "as the plugin says"
