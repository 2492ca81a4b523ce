"""Processes that serve the guide: a supervisor, web servers and the scheduler beside them.

In:      settings and a listening socket.
Out:     answers on that socket, until a signal ends them; a request log.
Touches: child processes, signals, the socket. The answers come from Datasette and `plugins/`.
"""

#: the modules that other sub-packages may import
__all__ = ["serve", "supervisor_link"]
