"""Applies `settings.json` and `metadata.yaml` where Datasette did not: a bare `datasette epg.db` reads no such files, and any
`--setting` makes `datasette .` ignore the whole of `settings.json`. What the user gave is left alone.
"""

import json
import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE
from epg_web.host import given_settings, site_texts

BUNDLE = Path(__file__).resolve().parent.parent


def read_settings(folder: str | Path) -> dict[str, Any]:
    path = Path(folder) / "settings.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


@hookimpl(tryfirst=True)
def startup(datasette: Any) -> None:
    if DATABASE in datasette.databases:
        wanted = {**read_settings(BUNDLE), **read_settings(datasette.config_dir or BUNDLE)}
        given_settings.apply_where_not_given(datasette, wanted)
        site_texts.lighten(datasette)


#: a hook of Datasette
described = site_texts.providing(DATABASE, BUNDLE)
