"""What differs between the versions of Datasette: one module per difference. No other code knows which one runs.

In:      the Datasette instance, and what the bundle wants of it: a permission checked, queries offered, texts shown.
Out:     the answer of the Datasette that runs, and hooks in the form that it calls.
Touches: attributes and hooks of Datasette that not every version has.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "base_document",
    "form_origin",
    "given_settings",
    "jinja",
    "permission_checks",
    "query_offering",
    "query_page",
    "rejected_tokens",
    "request_body",
    "requirements",
    "site_texts",
    "table_rows",
]
