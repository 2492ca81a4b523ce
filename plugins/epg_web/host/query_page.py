"""What Datasette calls a query that has a name, in the variables of its page."""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from .running import FROM_1_0

_VARIABLE = "stored_query" if FROM_1_0 else "canned_query"


@pass_context
def query_name(context: Context) -> str | None:
    """For templates: the name of the query that the page shows; None for the SQL of a visitor."""
    name: Any = context.get(_VARIABLE)
    return str(name) if name else None
