"""Commands that keep a guide for years: backup, restore, doctor, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..core.errors import UsageError
from .app import App, confirm, human_size, json_option, plural, print_json, print_table

if TYPE_CHECKING:
    from ..care.doctor import Patient
    from ..care.doctor_contents import Finding


@click.command()
@click.argument("path")
@click.option("--overwrite", is_flag=True, help="Replace PATH if it is an older backup.")
@click.option("--full", is_flag=True, help="Also compare every index of the copy with its table.")
@click.option("--secrets", is_flag=True, help="Copy the feed addresses too, to PATH.secrets, mode 0600.")
@click.pass_obj
def backup(app: App, path: str, overwrite: bool, full: bool, secrets: bool) -> None:
    """Copy the guide to PATH, checked, also while an import runs. Secrets are not copied unless asked."""
    from ..storage.backup import backup as copy
    from .output_file import STANDARD_OUTPUT, own_files

    app.check_path()
    done = copy(
        app.path, path, overwrite=overwrite, full=full, secrets=app.vault.path if secrets else None,
        own=own_files(app),
    )  # fmt: skip
    said = f"wrote {path}, {plural(done.programmes, 'programme')}, {human_size(done.size)}"
    if path in STANDARD_OUTPUT:
        app.note(said)
    elif done.secrets is None:
        app.say(f"{said}; it holds no secrets, so keep {app.vault.path.name} too")
    else:
        app.say(f"{said}, and {done.secrets}, which holds secrets")


@click.command()
@click.argument("source", metavar="BACKUP")
@click.option("--secrets", is_flag=True, help="Put back the feed addresses too, from BACKUP.secrets.")
@click.option("--discard", is_flag=True, help="Delete the old guide when all is done.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(app: App, source: str, secrets: bool, discard: bool, yes: bool) -> None:
    """Put a backup in place of the guide, while web servers go on serving it."""
    from ..care.restore import restore as put_back

    if app.path.exists():
        confirm(
            f"restore replaces the guide in {app.path}", f"Replace the guide in {app.path} by {source}?", yes
        )
    vault = app.vault if secrets else None
    done = put_back(source, app.path, now=app.now, keep=not discard, vault=vault)
    for repaired in done.repaired:
        app.note(f"repaired in the backup: {repaired}")
    app.say(f"restored {source}: {plural(done.programmes, 'programme')}, generation {done.generation}")
    if done.aside is not None:
        app.note(f"the guide as it was is kept in {done.aside}; delete it when you do not need it")
    if done.swapped:
        app.note(
            "the old database could not be written into; start web servers and other programs that use it again"
        )


@click.command()
@click.option("--fix", is_flag=True, help="Repair what can be repaired without loss, and check again.")
@click.option("--quick", is_flag=True, help="Leave out the checks of every index entry and every word.")
@json_option
@click.pass_obj
def doctor(app: App, fix: bool, quick: bool, as_json: bool) -> int:
    """Check the guide and what is around it. Exits with status 1 if there is a problem.

    The checks are made in a copy, so that no reader and no import has to wait.
    """
    from ..care.doctor import Patient, examine, treat

    app.check_path()
    patient = Patient(app.path, app.vault.path, app.settings.archive(), quick)
    findings = examine(patient)
    if fix:
        findings = treat(patient, findings)
    _print_findings(app, patient, findings, as_json)
    return 1 if any(finding.status == "problem" for finding in findings) else 0


def _print_findings(app: App, patient: Patient, findings: list[Finding], as_json: bool) -> None:
    if as_json:
        healthy = not any(finding.status == "problem" for finding in findings)
        checks = [finding.as_json() for finding in findings]
        print_json({"database": str(patient.path), "ok": healthy, "checks": checks})
        return
    rows = [(f.status, f.check, f"{f.message}; {f.remedy}" if f.remedy else f.message) for f in findings]
    print_table(("STATUS", "CHECK", "FOUND"), rows)


def _past(text: str | None, now: int) -> int:
    from ..core.times import parse_moment

    if text is None:
        return now
    try:
        moment = parse_moment(text, now)
    except ValueError as error:
        raise UsageError(f"--ended-before: {error}") from error
    if moment > now:
        raise UsageError("--ended-before must be in the past: what is still to come may change")
    return moment


@click.command()
@click.option(
    "--ended-before", "before", metavar="TIME", help="Programmes that ended by then; now if left out."
)
@json_option
@click.pass_obj
def archive(app: App, before: str | None, as_json: bool) -> None:
    """Write ended programmes to the Parquet files of the archive. Deletes nothing.

    Imports and cleanup archive what they delete without this command.
    """
    from ..archive.archive import archive as store
    from ..core.times import iso

    folder = app.settings.archive()
    if folder is None:
        raise UsageError("archive.path is not set; name a folder in config.yaml or EPG_ARCHIVE_PATH")
    moment = _past(before, app.now)
    with app.reading() as db:
        done = store(db.conn, folder, iso(moment))
    if as_json:
        print_json({"programmes": done.programmes, "files": done.files})
    else:
        app.say(
            f"{plural(done.programmes, 'programme')} archived in {folder}: {', '.join(done.files) or 'no file'}"
        )
