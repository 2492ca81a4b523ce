"""The API described for programs: OpenAPI, made from the table of routes.

In:      `api.routes`.
Out:     the document at `/api/v1/openapi.json`.
Touches: nothing.
"""
