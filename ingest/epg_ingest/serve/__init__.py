"""Serves the guide by several processes: a supervisor, web servers and, if wanted, the scheduler.

In:      settings and a listening socket.
Out:     answers on that socket, until a signal ends them; a request log.
Touches: child processes, signals, the socket. The answers come from Datasette and `plugins/`.
"""

#: the modules that other sub-packages may import
__all__ = ["serve", "supervisor_link"]
