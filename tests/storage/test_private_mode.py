"""No `chmod` goes through a link, and a secret that others could read is not used as one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.care.doctor import Patient, examine, treat
from epg_ingest.core.errors import DatabaseError
from epg_ingest.serve.serve import session_secret
from epg_ingest.storage.private_mode import tighten
from epg_ingest.storage.vault import Credentials, Vault

from tests.helpers.support import Guide


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A file elsewhere that everybody may read, and must go on to."""
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "elsewhere" / "passwd"
    file.write_text("root:x:0:0\n")
    file.chmod(0o644)
    return file


def two_links(name: Path, to: Path) -> None:
    name.with_suffix(".l").symlink_to(to)
    name.symlink_to(name.with_suffix(".l"))


LINKS: dict[str, Callable[[Path, Path], None]] = {
    "link": lambda name, to: name.symlink_to(to),
    "link to a link": two_links,
    "relative link": lambda name, to: name.symlink_to(os.path.relpath(to, name.parent)),
    "hard link": lambda name, to: os.link(to, name),
}  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("use", ["put", "get", "session", "doctor"])
def test_a_foreign_file_keeps_its_mode(guide: Guide, foreign: Path, link: str, use: str) -> None:
    name = guide.folder / ("epg.session" if use == "session" else "epg.secrets")
    LINKS[link](name, foreign)
    vault = Vault(name)
    if use == "doctor":
        patient = Patient(guide.path, name)
        findings = examine(patient)
        assert "secrets" in {finding.check for finding in findings if finding.status == "problem"}
        with pytest.raises(DatabaseError, match="chmod 600"):
            treat(patient, findings)
    else:
        with pytest.raises(DatabaseError, match="chmod 600"):
            if use == "session":
                session_secret(guide.path)
            elif use == "put":
                vault.put("p", Credentials("http://127.0.0.1/"))
            else:
                vault.get("p")
    assert (mode(foreign), foreign.read_text()) == (0o644, "root:x:0:0\n")


def test_a_link_to_a_private_file_works(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    Vault(tmp_path / "safe" / "real").put("p", Credentials("http://127.0.0.1/"))
    (tmp_path / "epg.secrets").symlink_to("safe/real")
    assert Vault(tmp_path / "epg.secrets").get("p") == Credentials("http://127.0.0.1/")
    Vault(tmp_path / "epg.secrets").put("q", Credentials("http://127.0.0.2/"))
    assert (tmp_path / "epg.secrets").is_symlink() and mode(tmp_path / "safe" / "real") == 0o600


def test_a_link_that_leads_nowhere_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "epg.secrets").symlink_to(tmp_path / "planted")
    with pytest.raises((DatabaseError, FileNotFoundError)):
        Vault(tmp_path / "epg.secrets").put("p", Credentials("http://127.0.0.1/"))
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "epg.secrets"
    os.mkdir(path, 0o755) if kind == "folder" else os.mkfifo(path, 0o644)
    path.chmod(0o755 if kind == "folder" else 0o644)
    with pytest.raises(DatabaseError, match="is a folder, where" if kind == "folder" else "is no file"):
        tighten(path)
