"""What the guide gives to other plugins of Datasette, where these are installed.

In:      the registries of those plugins.
Out:     tools for programs that speak the Model Context Protocol.
Touches: the JSON API, by its public addresses.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "mcp_tools",
]
