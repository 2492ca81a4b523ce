"""SQL of visitors, in processes of its own.

SQLite looks at the clock between the steps of a statement and not within one. `instr()`, `replace()` and `LIKE` of two long
values take minutes in a single step, and nothing in the same process can end it. So visitors' statements run in small
processes, which the operating system ends when their time is over.

    web server ── question ──▶ a process with one read-only connection ── rows ──▶ web server
         │                                    ▲
         └── "one more, please" ──▶ forker ───┘

In:      a statement, its parameters, a time limit.
Out:     rows, CSV block by block, or the error of SQLite.
Touches: the databases that are served, read-only; child processes.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["csv_stream", "forked", "sql_limits", "visitor_sql", "whole_tables"]
