"""What a terminal, or another program in its place, does to a command: signals, and standard streams that are closed or full.

In:      nothing but the state of the process.
Out:     `Interrupted`, the exit status of a command, and what to say where its output could not be written.
Touches: signal handlers and the three standard streams.
"""

#: the modules that other sub-packages may import
__all__ = ["interrupts", "standard_streams"]
