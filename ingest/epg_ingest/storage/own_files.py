"""Which files a guide cannot do without, so that no output replaces them: database, secrets, configuration, site, code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: what is kept beside `epg.db`: SQLite's own files, secrets, locks, the secret that signs cookies, ended sessions, pictures
BESIDE = (".secrets", ".secrets-journal", ".lock", ".schedule.lock", ".session", ".signed-out", ".logos")
SQLITE = ("-wal", "-shm", "-journal")
#: what Datasette reads beside the database, and the configuration
SITE_FILES = (
    "config.yaml", "datasette.yaml", "datasette.yml", "datasette.json", "metadata.yaml", "metadata.yml", "metadata.json",
    "settings.json",
)  # fmt: skip
SITE_FOLDERS = ("canned_queries", "plugins", "static", "templates")
#: what people write into those folders
SITE_SUFFIXES = (".css", ".html", ".js", ".py", ".sql", ".svg", ".yaml", ".yml")
#: the other files of a checkout
PROJECT_FILES = (
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "config.example.yaml",
    "constraints-datasette1.txt", "constraints.txt", "pyproject.toml",
)  # fmt: skip
PROJECT_FOLDERS = (".git", "benchmarks", "demo", "deploy", "docs", "ingest", "stubs", "tests")
_MAGIC = b"SQLite format 3\x00"
_PACKAGE = Path(__file__).resolve().parent.parent


def checkout() -> Path | None:
    """The checkout that this code runs from; None for an installed copy."""
    folder = _PACKAGE.parent.parent
    return folder if (folder / "pyproject.toml").is_file() and (folder / "metadata.yaml").is_file() else None


@dataclass(frozen=True)
class OwnFiles:
    """The files of the guide in the database at `database`.

    `settings` are the files that settings were read from. `project` is the checkout, `archive` the folder of Parquet files;
    None where there is none.
    """

    database: Path
    settings: tuple[Path, ...] = ()
    project: Path | None = field(default_factory=checkout)
    archive: Path | None = None

    def reason_to_keep(self, path: Path) -> str:
        """Why `path` (links followed) must not be replaced, in words that follow its name; "" where it may be."""
        if _is_one_of(path, self._named()):
            return "belongs to the guide"
        if path.exists() and self._is_code(path):
            return "belongs to the project or to the site"
        if self.archive is not None and path.exists() and path.is_relative_to(self.archive.resolve()):
            return "belongs to the archive"
        return ""

    def _named(self) -> list[Path]:
        """Names that are kept free even where there is no such file yet."""
        database = self.database.resolve()
        named = [database, *(Path(f"{database}{end}") for end in SQLITE)]
        named += [database.with_suffix(end) for end in BESIDE]
        named += [path.resolve() for path in self.settings]
        named += [folder / name for folder in self._sites() for name in SITE_FILES]
        if self.project is not None:
            named += [self.project / name for name in PROJECT_FILES]
        return named

    def _sites(self) -> list[Path]:
        """The folders whose files Datasette or this program reads by name."""
        return [self.database.resolve().parent, Path.cwd(), *([self.project] if self.project else [])]

    def _is_code(self, path: Path) -> bool:
        """Whether it is a file of the program, or one that makes a site. An export in `static` may be replaced by the next."""
        program = [_PACKAGE]
        if self.project is not None:
            program += [self.project / name for name in (*PROJECT_FOLDERS, *SITE_FOLDERS)]
        sites = [folder / name for folder in self._sites() for name in SITE_FOLDERS]
        return any(path.is_relative_to(folder) for folder in program) or (
            path.suffix.lower() in SITE_SUFFIXES and any(path.is_relative_to(folder) for folder in sites)
        )


def _is_one_of(path: Path, named: list[Path]) -> bool:
    """Whether `path` is one of these names, or one of these files under a further name (a hard link, other case)."""
    if path in named:
        return True
    return path.exists() and any(other.exists() and path.samefile(other) for other in named)


def is_database(path: Path) -> bool:
    """Whether the file begins as a SQLite database does. Raises `OSError` for one that cannot be read."""
    with open(path, "rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
