"""The two SQLite files: `epg.db`, which is public, and `epg.secrets`, which is not.

In:      a path.
Out:     an open database with the current schema; transactions that raise the generation; checked backups.
Touches: both files, their backups and their folder. SQL about programmes and channels is in `guide` and `merge`.
"""

#: the modules that other sub-packages may import
__all__ = [
    "audit",
    "backup",
    "both_files",
    "database",
    "deleted_log",
    "destination",
    "guide_changes",
    "lineup_secrets",
    "migrations",
    "own_files",
    "private_mode",
    "reading",
    "sqlite_library",
    "upkeep",
    "vault",
]
