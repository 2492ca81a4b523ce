"""The command `epg-ingest`: arguments in, one call, words or JSON out.

In:      the command line.
Out:     lines on standard output and standard error, and an exit status.
Touches: the terminal. Modules of commands are loaded when their command is asked for.
"""
