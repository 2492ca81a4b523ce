"""`datasette.yaml`, in which Datasette 1.0 reads what 0.65 reads in `settings.json` and, besides texts, in `metadata.yaml`.

`python -m tests.helpers.hosts.configuration_file` writes it again. A test compares it with its sources.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from tests.helpers.paths import ROOT

FILE = ROOT / "datasette.yaml"
HEAD = """\
# What Datasette 1.0 reads besides metadata.yaml. It is made of settings.json and metadata.yaml; after a change there, run
# python -m tests.helpers.hosts.configuration_file
"""
#: what 1.0 no longer reads in metadata: of the instance, of a database, of a table
OF_INSTANCE = ("extra_css_urls", "extra_js_urls", "allow", "allow_sql", "permissions", "plugins")
OF_DATABASE = ("allow", "allow_sql", "permissions", "plugins")
OF_TABLE = (
    "allow", "facets", "fts_pk", "fts_table", "hidden", "label_column", "permissions", "plugins", "searchmode", "size", "sort",
    "sort_desc", "sortable_columns",
)  # fmt: skip


def chosen(given: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: given[key] for key in keys if key in given}


def database(given: dict[str, Any]) -> dict[str, Any]:
    tables = {name: chosen(table, OF_TABLE) for name, table in given["tables"].items()}
    return {**chosen(given, OF_DATABASE), "tables": {name: found for name, found in tables.items() if found}}


def configuration() -> dict[str, Any]:
    """The file as Python values."""
    metadata = yaml.safe_load((ROOT / "metadata.yaml").read_text(encoding="utf-8"))
    return {
        "settings": json.loads((ROOT / "settings.json").read_text(encoding="utf-8")),
        **chosen(metadata, OF_INSTANCE),
        "databases": {name: database(given) for name, given in metadata["databases"].items()},
    }


def document() -> str:
    return HEAD + yaml.safe_dump(configuration(), sort_keys=False, width=128)


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
