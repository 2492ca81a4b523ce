"""The files of `deploy/`: each is started, or checked by the program that reads it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from shutil import copyfile, which
from typing import Any

import jsonschema_rs
import pytest
import yaml
from epg_ingest.storage.database import open_database

from tests.helpers.feedserver import FeedServer, unused_port
from tests.helpers.paths import ROOT
from tests.helpers.replicas.topology import guide, wait_until
from tests.helpers.support import require_program
from tests.helpers.webprocess import Web

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
UNITS = sorted(path for kind in ("service", "timer") for path in DEPLOY.rglob(f"*.{kind}"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
#: the score of `systemd-analyze security`: 0 is best, 9.6 is a service without any protection
EXPOSURE = 2.5


def installed(path: Path, folder: Path) -> str:
    """A unit or cron line that uses the programs of this installation and a folder of the test."""
    text = path.read_text(encoding="utf-8")
    for program in set(re.findall(r"/opt/epg/bin/([\w-]+)", text)):
        if not (BIN / program).exists():
            text = text.replace(f"/opt/epg/bin/{program}", "/bin/true")
    text = text.replace("/opt/epg/bin/", f"{BIN}/").replace("/opt/epg/lib/", f"{DEPLOY}/replicas/")
    return text.replace("/var/lib/epg", str(folder))


def directives(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.partition("=")
        if mark and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze")
    for path in UNITS:
        (tmp_path / path.name).write_text(installed(path, tmp_path), encoding="utf-8")
    files = [str(tmp_path / path.name) for path in UNITS]
    done = subprocess.run([analyze, "verify", "--man=no", *files], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.strip() == "", done.stderr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_are_confined(path: Path, tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze")
    unit = tmp_path / path.name
    unit.write_text(installed(path, tmp_path), encoding="utf-8")
    limit = str(int(EXPOSURE * 10))
    done = subprocess.run(
        [analyze, "security", "--offline=yes", f"--threshold={limit}", str(unit)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-500:]
    assert directives(path)["User"] == ["epg"]


def test_imports_outlive_the_web_server() -> None:
    web = directives(DEPLOY / "systemd" / "epg.service")
    assert web["KillMode"] == ["process"]
    # systemd would empty it while they use it.
    assert "PrivateTmp" not in web


def test_the_timer_starts_the_import() -> None:
    calendar = directives(DEPLOY / "systemd" / "epg-import.timer")["OnCalendar"][0]
    analyze = require_program("systemd-analyze")
    done = subprocess.run([analyze, "calendar", "--iterations=4", calendar], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count("17:00") >= 4, done.stdout


def command_of(path: Path, folder: Path) -> list[str]:
    unit = folder / path.name
    unit.write_text(installed(path, folder), encoding="utf-8")
    return shlex.split(directives(unit)["ExecStart"][0])


@contextmanager
def serving(command: list[str], folder: Path, **environ: str) -> Iterator[Web]:
    """Run a command that serves the guide on an unused port."""
    port, output = unused_port(), folder / "serve.log"
    settings = {"EPG_SERVER_PORT": str(port), "EPG_SERVER_HOST": "127.0.0.1", "EPG_RETENTION_DAYS": "none"}
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, env={"PATH": str(BIN), **settings, **environ}, cwd=folder, stdout=log, stderr=log
        )
    web = Web(folder, port, process, output)
    try:
        wait_until(lambda: is_up(web), "the guide is served")
        yield web
    finally:
        process.terminate()
        assert process.wait(60) == 0, output.read_text()


def is_up(web: Web) -> bool:
    assert web.process.poll() is None, web.log
    try:
        return web.ask("/-/readyz").status == 200
    except OSError:
        return False


@contextmanager
def provided(folder: Path) -> Iterator[None]:
    """A guide with one provider, whose feed can be fetched."""
    open_database(folder / "epg.db").close()
    with FeedServer() as feeds:
        url = feeds.serve("/tv.xml", guide(1))
        command = [str(BIN / "epg-ingest"), "--db", str(folder / "epg.db"), "providers", "add", "feed", url]
        subprocess.run(command, check=True, env={"PATH": str(BIN)}, cwd=folder, capture_output=True)
        yield


def test_the_service_and_the_import_run(tmp_path: Path) -> None:
    """The commands of the units, in the folder that systemd makes."""
    with (
        provided(tmp_path),
        serving(command_of(DEPLOY / "systemd" / "epg.service", tmp_path), tmp_path) as web,
    ):
        done = subprocess.run(
            command_of(DEPLOY / "systemd" / "epg-import.service", tmp_path), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert web.ask("/api/v1/providers").body.count(b"feed") == 1
        assert len(json.loads(web.ask("/api/v1/imports").body)) == 1


def test_the_cron_line_runs(tmp_path: Path) -> None:
    text = installed(DEPLOY / "epg.cron", tmp_path)
    line = next(line for line in text.splitlines() if line and not line.startswith("#"))
    minute, hour, day, month, weekday, user, command = line.split(None, 6)
    assert re.fullmatch(r"\d+", minute) and re.fullmatch(r"\*/\d+", hour)
    assert (day, month, weekday, user) == ("*", "*", "*", "epg")
    with provided(tmp_path):
        done = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}
        )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def steps(path: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, with continued lines joined."""
    text = re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_image_is_built_as_the_readme_says() -> None:
    found = steps(DEPLOY / "Dockerfile")
    install = [text for name, text in found if name == "RUN" and "pip install" in text]
    assert len(install) == 1 and re.search(r" -c constraints\.txt \.( |$)", install[0])
    assert "pip install ." in (ROOT / "README.md").read_text(encoding="utf-8")
    assert [text.split()[0] for name, text in found if name == "FROM"] == ["python:3.13-slim"] * 2
    last = [name for name, _ in found[::-1]].index("FROM")
    final = found[-last:]
    assert [text for name, text in final if name == "USER"] == ["epg"]
    assert not [text for name, text in final if name == "RUN" and "pip" in text]


def is_sent(path: str) -> bool:
    """Whether a file of the project is sent to Docker. The last matching line of the ignore file decides."""
    sent = True
    for line in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        names = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
        parts = names if not line.removeprefix("!").startswith("**/") else Path(path).parts
        if line and not line.startswith("#") and any(fnmatch(name, pattern) for name in parts):
            sent = line.startswith("!")
    return sent


def test_the_image_gets_what_it_needs_and_no_more() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bundle = re.findall(r'^"([\w.]+)" = "epg_ingest/_bundle', project, re.MULTILINE)
    assert len(bundle) == 7
    copied = [
        word for name, text in steps(DEPLOY / "Dockerfile") if name == "COPY" for word in text.split()[:-1]
    ]
    for name in [
        *bundle,
        "ingest/epg_ingest/cli/main.py",
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        "LICENSE",
    ]:
        assert is_sent(name), name
    for name in (word for word in copied if word.startswith("deploy/")):
        assert (ROOT / name).is_file() and is_sent(name), name
    for name in (
        "epg.db",
        "epg.secrets",
        "deploy/.env",
        ".git/config",
        "tests/helpers/support.py",
        "config.yaml",
    ):
        assert not is_sent(name), name
    assert not is_sent("plugins/__pycache__/x.pyc")


def test_the_image_can_be_built_from_what_it_gets(tmp_path: Path) -> None:
    """`pip install` in a folder with only the files that are sent to Docker. The dependencies are installed already."""
    source = tmp_path / "src"
    for folder in (
        "ingest",
        "plugins",
        "templates",
        "static",
        "canned_queries",
        "deploy",
        "tests",
        "docs",
        ".",
    ):
        for path in (ROOT / folder).rglob("*") if folder != "." else ROOT.glob("*"):
            name = str(path.relative_to(ROOT))
            if path.is_file() and is_sent(name):
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                copyfile(path, source / name)
    assert not (source / "tests").exists() and not (source / "docs").exists()
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "epg_ingest/cli/main.py",
        "epg_ingest/_bundle/metadata.yaml",
        "epg_ingest/_bundle/plugins/epg_replica.py",
    ):
        assert name in names


def test_the_health_check_of_the_image(tmp_path: Path) -> None:
    """The command of the image, with a server and without one."""
    (text,) = [text for name, text in steps(DEPLOY / "Dockerfile") if name == "HEALTHCHECK"]
    (start,) = [text for name, text in steps(DEPLOY / "Dockerfile") if name == "CMD"]
    check, command = eval(text.partition("CMD ")[2]), eval(start)
    command[0] = str(BIN / command[0])
    with serving(command, tmp_path, EPG_DATABASE_PATH=str(tmp_path / "epg.db")) as web:
        here = [sys.executable, *(word.replace(":8001", f":{web.port}") for word in check[1:])]
        assert subprocess.run(here, capture_output=True).returncode == 0
    assert subprocess.run(here, capture_output=True).returncode == 1


class Nginx:
    """A real nginx in a folder, with the files that `install.sh` wrote. Gives the port of the site."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.port = folder, unused_port()
        settings = {
            "PATH": "/usr/bin:/bin", "GUIDE_LISTEN": f"127.0.0.1:{self.port}", "GUIDE_RATE": "1000r/s",
            "GUIDE_CACHE": str(folder / "cache"), "GUIDE_LOG": str(folder / "access.log"), **variables,
        }  # fmt: skip
        script = ["/bin/sh", str(DEPLOY / "nginx" / "install.sh"), str(folder)]
        subprocess.run(script, check=True, env=settings, capture_output=True)
        (folder / "temp").mkdir()
        whole = (DEPLOY / "nginx" / "nginx.conf.template").read_text(encoding="utf-8")
        whole = whole.replace("include cache.conf;", "include conf.d/*.conf;").replace(
            "include site.conf;", ""
        )
        (folder / "nginx.conf").write_text(whole, encoding="utf-8")

    def command(self, *more: str) -> list[str]:
        program = require_program("nginx")
        user = ["-g", "user root;"] if os.getuid() == 0 else []
        return [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *user, *more]

    @contextmanager
    def running(self) -> Iterator[Web]:
        output = self.folder / "nginx.log"
        with output.open("wb") as log:
            process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        web = Web(self.folder, self.port, process, output)
        try:
            wait_until(lambda: listens(web), "nginx listens")
            yield web
        finally:
            process.terminate()
            process.wait(30)


def listens(web: Web) -> bool:
    assert web.process.poll() is None, web.log
    try:
        web.connect().connect()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("site", ["nginx/epg.conf.template", "replicas/nginx.conf.template"])
def test_nginx_takes_its_files(site: str, tmp_path: Path) -> None:
    variables = {"GUIDE_REPLICA_1": "127.0.0.1:9", "GUIDE_REPLICA_2": "127.0.0.1:11"}
    found = Nginx(tmp_path, GUIDE_SITE=str(DEPLOY / site), **variables)
    done = subprocess.run(found.command("-t"), capture_output=True, text=True)
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr
    for path in tmp_path.rglob("*.conf"):
        assert "${" not in path.read_text(encoding="utf-8"), path.name


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with a guide."""
    (tmp_path / "site").mkdir()
    (tmp_path / "feed.xml").write_bytes(guide(1))
    command = [str(BIN / "epg-ingest"), "--db", str(tmp_path / "site" / "epg.db"), "-q", "import"]
    command += ["--file", str(tmp_path / "feed.xml"), "--provider", "feed"]
    subprocess.run(command, check=True, env={"PATH": str(BIN), "EPG_RETENTION_DAYS": "none"}, cwd=tmp_path)
    return tmp_path / "site"


def test_one_server_behind_nginx(filled: Path, tmp_path: Path) -> None:
    """nginx caches and limits, and answers known addresses while the server is away."""
    command = [str(BIN / "epg-ingest"), "--db", str(filled / "epg.db"), "serve"]
    (tmp_path / "nginx").mkdir()
    path = "/api/v1/channels/1/programs?start=2026-11-22&end=2026-11-23"
    with serving(command, filled) as server:
        found = Nginx(tmp_path / "nginx", GUIDE_PRIMARY=f"127.0.0.1:{server.port}")
        with found.running() as web:
            assert [web.ask(path).headers["x-cache"] for _ in range(2)] == ["MISS", "HIT"]
            packed = web.ask(path, headers={"Accept-Encoding": "br;q=1, gzip;q=0.9"})
            assert packed.headers["x-cache"] == "MISS" and packed.headers["content-encoding"] == "gzip"
            assert web.ask(path, headers={"Accept-Encoding": "gzip"}).headers["x-cache"] == "HIT"
            assert web.ask(path, headers={"Authorization": "Bearer x"}).status == 401
            assert web.ask("/guide").status == 200
            assert web.ask("/metrics").status == 200
            server.process.terminate()
            server.process.wait(60)
            stale = web.ask(path)
            assert stale.status == 200 and stale.headers["x-cache"] in ("HIT", "STALE")
            assert web.ask("/api/v1/channels?limit=3").status == 502


def test_nginx_limits_a_client(filled: Path, tmp_path: Path) -> None:
    command = [str(BIN / "epg-ingest"), "--db", str(filled / "epg.db"), "serve"]
    (tmp_path / "nginx").mkdir()
    with serving(command, filled) as server:
        found = Nginx(tmp_path / "nginx", GUIDE_PRIMARY=f"127.0.0.1:{server.port}", GUIDE_RATE="1r/s")
        with found.running() as web:
            began = time.monotonic()
            seen = [web.ask("/api/v1/channels").status for _ in range(250)]
            if time.monotonic() - began < 30:
                assert set(seen) == {200, 429}
            too_large = web.ask("/api/v1/providers", "POST", b"x" * 3_000_000)
            assert too_large.status in (413, 429)


#: the part of the Compose specification that the project uses; any other key is a mistake
COMPOSE: dict[str, Any] = {
    "type": "object",
    "required": ["services"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "volumes": {"additionalProperties": {"type": "null"}},
        "services": {
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "required": ["image", "restart"],
                "properties": {
                    "image": {"type": "string", "pattern": "^[a-z0-9][a-z0-9./_-]*(:[a-z0-9.-]+)?$"},
                    "build": {
                        "type": "object",
                        "required": ["context", "dockerfile"],
                        "properties": {
                            "context": {"type": "string"},
                            "dockerfile": {"type": "string"},
                            "args": {"additionalProperties": {"type": "string"}},
                        },
                        "additionalProperties": False,
                    },
                    # Only strings: YAML reads some unquoted words as numbers or booleans.
                    "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                    "command": {"type": "array", "items": {"type": "string"}},
                    "profiles": {"type": "array", "items": {"type": "string"}},
                    "volumes": {
                        "type": "array",
                        "items": {"type": "string", "pattern": "^[^:]+:/[^:]+(:ro)?$"},
                    },
                    "ports": {"type": "array", "items": {"type": "string", "pattern": ":[0-9]+$"}},
                    "tmpfs": {"type": "array", "items": {"type": "string", "pattern": "^/"}},
                    "init": {"type": "boolean"},
                    "read_only": {"type": "boolean"},
                    "cap_drop": {"const": ["ALL"]},
                    "security_opt": {"const": ["no-new-privileges:true"]},
                    "stop_grace_period": {"type": "string", "pattern": "^[0-9]+s$"},
                    "restart": {"enum": ["unless-stopped", "always"]},
                    "healthcheck": {
                        "properties": {
                            "disable": {"type": "boolean"},
                            "test": {"type": "array", "contains": {"const": "CMD"}},
                            "interval": {"type": "string"},
                            "start_period": {"type": "string"},
                        },
                        "additionalProperties": False,
                    },
                    "depends_on": {"type": ["array", "object"]},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
COMPOSE_FILES = [DEPLOY / "compose.yaml", DEPLOY / "replicas" / "compose.yaml"]


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=["one", "replicas"])
def test_compose_files_hold_together(path: Path) -> None:
    """The files follow the schema, their names refer to something, and the files that they name exist."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(COMPOSE).validate(found)
    services, volumes = found["services"], found.get("volumes", {})
    built = {service["image"] for service in services.values() if "build" in service}
    for name, service in services.items():
        assert service["image"] in built or "/" in service["image"] or service["image"] == "nginx:stable", (
            name
        )
        if "build" in service:
            assert (path.parent / service["build"]["context"]).resolve() == ROOT
            assert (ROOT / service["build"]["dockerfile"]).is_file()
        for source in (volume.partition(":")[0] for volume in service.get("volumes", [])):
            if source.startswith("."):
                assert (path.parent / source).is_file(), source
            else:
                assert source in volumes, source
        assert set(service.get("depends_on", [])) <= set(services) - {name}
        if "datasette-epg" in service["image"]:
            assert service["cap_drop"] == ["ALL"] and service["security_opt"], name


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=["one", "replicas"])
def test_compose_takes_its_files(path: Path) -> None:
    """Compose accepts them. It is Docker's plugin or Debian's program, and needs no running Docker here."""
    plugin = (
        which("docker")
        and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
    )
    compose = ["docker", "compose"] if plugin else [require_program("docker-compose")]
    values = dict.fromkeys(("EPG_API_TOKEN", "GUIDE_STORE_URL", "GUIDE_PRIMARY_URL", "GUIDE_PRIMARY"), "x")
    done = subprocess.run(
        [*compose, "-f", str(path), "config", "-q"],
        capture_output=True,
        env={**os.environ, **values},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=["one", "replicas"])
def test_compose_sets_what_nginx_needs(path: Path) -> None:
    """Compose sets every variable of the templates, and mounts only files that nginx's container reads."""
    nginx = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]["nginx"]
    sources = [
        path.parent / volume.partition(":")[0] for volume in nginx["volumes"] if volume.startswith(".")
    ]
    wanted = {
        name
        for source in sources
        for line in source.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for name in re.findall(r"\$\{(\w+)\}", line)
    }
    assert wanted <= set(nginx["environment"]), wanted - set(nginx["environment"])
    assert all(source.suffix == ".template" or "${" not in source.read_text() for source in sources)


def test_the_documents_name_every_file() -> None:
    text = "".join(
        (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("deploy.md", "replicas.md")
    )
    for path in DEPLOY.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"{path.parent.name}/{path.name}" in text, f"{path.relative_to(ROOT)} is in no document"
