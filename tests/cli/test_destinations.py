"""What `--output` and `backup` may write to: nothing that the guide needs is replaced, devices and pipes are written to, links
are followed."""

from __future__ import annotations

import gzip
import lzma
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.storage.own_files import PROJECT_FILES, SITE_FILES, OwnFiles

from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, require_program, show

pytestmark = pytest.mark.slow

Epg = Callable[..., tuple[int, str, str]]
EXPORTS = ["export csv --output", "export ndjson --output", "export xmltv --output", "channels export"]


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str]) -> Epg:
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture(autouse=True)
def _folder(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guide with a programme and secrets in the present folder, and everything that may be beside it."""
    monkeypatch.chdir(guide.folder)
    monkeypatch.delenv("EPG_RETENTION_DAYS", raising=False)
    guide.load("p", feed([show("c", NOON, NOON + HOUR, "News")]))
    guide.vault.ensure()
    Path("config.yaml").write_text("retention: {days: none}\n")
    for name in (
        "metadata.yaml",
        "settings.json",
        "epg.session",
        "epg.signed-out",
        "epg.lock",
        "plugins/a.py",
        "templates/b.html",
    ):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"precious {name}")


def contents() -> dict[str, tuple[bytes, int]]:
    """Every file, with its mode, except those that SQLite keeps while a database is open."""
    found = [
        path for path in Path().rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    ]
    return {str(path): (path.read_bytes(), stat.S_IMODE(path.lstat().st_mode)) for path in found}


KEPT = [
    "epg.db", "epg.secrets", "epg.db-wal", "epg.db-shm", "epg.db-journal", "epg.secrets-journal", "epg.lock",
    "epg.schedule.lock", "epg.session", "epg.signed-out", "config.yaml",
    "metadata.yaml", "metadata.json", "settings.json", "plugins/a.py",
    "templates/b.html", "./epg.secrets", "plugins/../epg.db", "link-to-database", "link-to-link", "hard-link-to-secrets",
    "link-to-configuration",
]  # fmt: skip


@pytest.mark.parametrize("command", ["export csv --output", "channels export", "backup --overwrite"])
@pytest.mark.parametrize("name", KEPT)
def test_no_output_replaces_a_file_of_the_guide(epg: Epg, command: str, name: str) -> None:
    os.symlink("epg.db", "link-to-database")
    os.symlink("link-to-database", "link-to-link")
    os.symlink("config.yaml", "link-to-configuration")
    os.link("epg.secrets", "hard-link-to-secrets")
    before = contents()
    status, out, err = epg(*command.split(), name)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert f"{Path(name)} belongs to " in err and err.endswith("; name another file\n")
    assert contents() == before


@pytest.mark.parametrize("name", ["other.yaml", "deep/er/settings-of-mine.yml"])
def test_the_configuration_in_force_is_kept_whatever_its_name(epg: Epg, name: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("retention: {days: 7}\n")
    for command in ("export xmltv --output", "backup --overwrite"):
        status, _, err = epg("--config", name, *command.split(), name)
        assert (status, "belongs to the guide" in err) == (2, True), err
    assert Path(name).read_text() == "retention: {days: 7}\n"


@pytest.mark.parametrize("make", ["guide", "secrets", "stranger", "backup"])
def test_an_export_replaces_no_database_at_all(epg: Epg, tmp_path: Path, make: str) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    if make == "guide":
        Guide(other).close()
    elif make == "secrets":
        Guide(other).vault.ensure()
        (other / "epg.secrets").rename(other / "epg.db")
    elif make == "backup":
        assert epg("backup", other / "epg.db")[0] == 0
    else:
        with sqlite3.connect(other / "epg.db") as conn:
            conn.execute("CREATE TABLE accounts (a)")
    before = (other / "epg.db").read_bytes()
    status, _, err = epg("export", "csv", "--output", other / "epg.db")
    assert (status, "is a SQLite database" in err) == (2, True)
    assert (other / "epg.db").read_bytes() == before


def test_files_of_a_checkout_are_kept(tmp_path: Path) -> None:
    project = tmp_path / "checkout"
    (project / "ingest").mkdir(parents=True)
    for name in ("ingest/code.py", "README.md", "guide.xml"):
        (project / name).touch()
    own = OwnFiles(tmp_path / "epg.db", project=project)
    for name in ("ingest/code.py", *PROJECT_FILES, *SITE_FILES):
        assert own.reason_to_keep(project / name), name
    assert own.reason_to_keep(project / "guide.xml") == ""
    assert OwnFiles(tmp_path / "epg.db").reason_to_keep(ROOT / "README.md")
    assert OwnFiles(tmp_path / "epg.db").reason_to_keep(ROOT / "ingest" / "epg_ingest" / "cli" / "main.py")


def test_months_of_the_archive_are_kept(epg: Epg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "programs-2026-01.parquet").write_text("precious")
    monkeypatch.setenv("EPG_ARCHIVE_PATH", "old")
    status, _, err = epg("export", "csv", "--output", "old/programs-2026-01.parquet")
    assert (status, "belongs to the archive" in err) == (2, True)


@pytest.mark.parametrize("command", EXPORTS)
@pytest.mark.parametrize("name", ["file", "link", "dangling", "far/link"])
def test_a_file_is_replaced_and_a_link_is_followed(epg: Epg, command: str, name: str) -> None:
    Path("far").mkdir()
    Path("file").write_text("old")
    Path("file").chmod(0o640)
    os.symlink("file", "link")
    os.symlink("new-file", "dangling")
    os.symlink("../file", "far/link")
    status, _, err = epg(*command.split(), name)
    assert status == 0, err
    written = Path("new-file" if name == "dangling" else "file")
    assert len(written.read_bytes()) > 20 and not written.is_symlink()
    assert Path(name).is_symlink() == (name != "file")
    assert list(Path().rglob(".*")) == []
    if name != "dangling":
        assert stat.S_IMODE(written.stat().st_mode) == 0o640


@pytest.mark.parametrize("command", [*EXPORTS, "backup"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plugins", "is a folder"), ("plugins/", "is a folder"), ("new/", "is the name of a folder"),
        ("none/x", "the folder none does not exist; create it first"), ("socket", "is a socket"),
        ("loop", "Too many levels of symbolic links"), ("config.yaml/x", "Not a directory"),
        ("link-to-none", "does not exist; create it first"),
    ],
)  # fmt: skip
def test_what_is_no_place_for_an_output_is_refused(epg: Epg, command: str, name: str, said: str) -> None:
    os.symlink("loop", "loop")
    os.symlink("none/x", "link-to-none")
    before = contents()
    with socket.socket(socket.AF_UNIX) as place:
        place.bind("socket")
        status, out, err = epg(*command.split(), name)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert contents() == before and stat.S_ISSOCK(os.stat("socket").st_mode)


@pytest.mark.parametrize("command", [*EXPORTS, "backup"])
def test_a_pipe_is_written_to(epg: Epg, command: str) -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()))
    reader.start()
    status, _, err = epg(*command.split(), "pipe")
    reader.join(20)
    assert status == 0, err
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)
    if command == "backup":
        Path("copy").write_bytes(read[0])
        with sqlite3.connect("copy") as conn:
            assert conn.execute("SELECT title FROM programs").fetchall() == [("News",)]
    else:
        epg(*command.split(), "file")
        assert read[0] == Path("file").read_bytes()


@pytest.mark.parametrize("command", [*EXPORTS, "backup"])
@pytest.mark.parametrize(("device", "status"), [("/dev/null", 0), ("/dev/full", 1)])
def test_a_device_is_written_to(epg: Epg, command: str, device: str, status: int) -> None:
    before = os.lstat(device)
    found, _, err = epg(*command.split(), device)
    assert found == status, err
    assert (os.lstat(device).st_rdev, os.lstat(device).st_ino) == (before.st_rdev, before.st_ino)
    if status:
        assert (
            err
            == f"Error: cannot write {device}: No space left on device; free some space, or name another file\n"
        )


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("into", ["pipe", "file"])
def test_names_of_standard_output_add_to_what_is_there(guide: Guide, name: str, into: str) -> None:
    """Opened by its name, a file would be emptied, or replaced by a file that nobody else writes to."""
    command = (
        f"echo before; {sys.executable} -m epg_ingest.cli --db epg.db export csv --output {name}; echo after"
    )
    if into == "file":
        command = f"({command}) > out.csv; cat out.csv"
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(
        ["sh", "-c", command], env=environ, cwd=guide.folder, capture_output=True, text=True, timeout=60
    )
    lines = done.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("before", "after"), done.stderr
    assert "News" in lines[2] and len(lines) == 4


NO_BACKUPS = {
    "letter.txt": "is not a backup of a guide, and its contents would be lost; choose another name, or delete it first",
    "old.backup.gz": "is not a backup of a guide, and its contents would be lost",
    "cut.backup": "is a database, but not a backup of a guide; choose another name, or delete it first",
    "stranger.backup": "is a database, but not a backup of a guide",
    "counter.backup": "is a database, but not a backup of a guide",
}


@pytest.mark.parametrize("name", ["empty", "old.backup", *NO_BACKUPS])
def test_a_backup_replaces_nothing_but_an_older_backup(epg: Epg, name: str) -> None:
    Path("letter.txt").write_text("Dear Anna")
    Path("empty").touch()
    assert epg("backup", "old.backup")[0] == 0
    Path("old.backup.gz").write_bytes(gzip.compress(Path("old.backup").read_bytes()))
    Path("cut.backup").write_bytes(Path("old.backup").read_bytes()[:3000])
    for other, table in (("stranger.backup", "accounts"), ("counter.backup", "generation")):
        with sqlite3.connect(other) as conn:
            conn.execute(f"CREATE TABLE {table} (a)")
    before = Path(name).read_bytes()
    status, _, err = epg("backup", name, "--overwrite")
    assert status == (2 if name in NO_BACKUPS else 0)
    if status:
        assert f"{name} {NO_BACKUPS[name]}" in err
        assert Path(name).read_bytes() == before


def test_a_backup_of_secrets_replaces_only_older_secrets(epg: Epg) -> None:
    assert epg("backup", "x.backup.secrets")[0] == 0
    status, _, err = epg("backup", "x.backup", "--secrets", "--overwrite")
    assert (status, "is a database, but not a secrets file" in err) == (2, True)
    assert not Path("x.backup").exists()
    assert epg("backup", "epg", "--secrets", "--overwrite")[0] == 2, "epg.secrets would be replaced"
    Path("x.backup.secrets").unlink()
    assert [epg("backup", "x.backup", "--secrets", "--overwrite")[0] for _ in range(2)] == [0, 0]
    assert stat.S_IMODE(os.stat("x.backup.secrets").st_mode) == 0o600


def test_a_backup_follows_a_link(epg: Epg) -> None:
    Path("far").mkdir()
    os.symlink("far/today", "x.backup")
    assert [epg("backup", "x.backup", *more)[0] for more in ((), (), ("--overwrite",))] == [0, 2, 0]
    assert Path("x.backup").is_symlink() and Path("far/today").read_bytes().startswith(b"SQLite")
    os.symlink("site.db", "y.backup")
    assert epg("backup", "y.backup")[0] == 2, "its target would be published"


@pytest.mark.parametrize("name", ["closed/new", "closed/old"])
def test_a_folder_without_permission_is_one_line(guide: Guide, name: str) -> None:
    closed = guide.folder / "closed"
    closed.mkdir()
    (closed / "old").write_text("old")
    closed.chmod(0o555)
    guide.close()
    command = [sys.executable, "-m", "epg_ingest.cli", "export", "csv", "--output", name]
    if os.geteuid() == 0:
        command = [require_program("setpriv"), "--bounding-set", "-dac_override,-dac_read_search", *command]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(command, cwd=guide.folder, env=environ, capture_output=True, text=True, timeout=60)
    said = "Permission denied; check the permissions of its folder, or name another file"
    assert (done.returncode, done.stderr) == (1, f"Error: cannot write {name}: {said}\n")
    assert (closed / "old").read_text() == "old" and os.listdir(closed) == ["old"]


@pytest.mark.parametrize("name", ["static/guide.xml", "static/guide.csv", "templates/guide.ics"])
def test_an_export_in_a_folder_of_the_site_is_renewed(epg: Epg, name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    assert [epg("export", "csv", "--output", name)[0] for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("kind", ["xmltv", "csv", "ics", "ndjson"])
def test_a_name_that_says_packed_is_meant(epg: Epg, tmp_path: Path, kind: str) -> None:
    for name in ("plain", "packed.gz", "packed.xz"):
        assert epg("export", kind, "--output", name)[0] == 0
    plain = (tmp_path / "plain").read_bytes()
    assert gzip.decompress((tmp_path / "packed.gz").read_bytes()) == plain
    assert lzma.decompress((tmp_path / "packed.xz").read_bytes()) == plain
