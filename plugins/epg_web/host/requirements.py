"""What the bundle needs of Datasette, from all modules of `host`: asked once, at the start."""

from datasette import __version__

from . import given_settings, permission_checks, query_offering, site_texts
from .running import VersionVerdict, left_out, verdict

NEEDS = (given_settings.needs, permission_checks.needs, query_offering.needs, site_texts.needs)


def judged() -> VersionVerdict:
    """The verdict on the Datasette that runs."""
    return verdict(__version__, left_out(NEEDS))
