"""Values and pure rules that every other sub-package may use.

In:      plain values.
Out:     errors, the values that travel between the steps (`Provider`, `Problem`, `Counts`), times, names of channels,
         languages, words for episodes, limits; the functions that start and stop child processes and wait for signals.
Touches: nothing, except that `processes`, `signals`, `terminal`, `locked_folder` and `given_files` use the operating system.
"""

#: the modules that other sub-packages may import
__all__ = [
    "clock_evidence", "compact_json", "database_files", "deadline", "episode_words", "errors", "given_files",
    "languages", "limits", "locked_folder", "models", "names", "processes", "redact", "secret_forms", "signals",
    "terminal", "text_bounds", "times",
]  # fmt: skip
