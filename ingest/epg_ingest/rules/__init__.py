"""Rules that tidy what providers write: titles, sub-titles, descriptions and categories.

In:      rules, and what is said of a programme (`Content`).
Out:     the tidied content with what was written before and the reasons, or None where no rule applies; whether a shipped
         set of rules proves right on the numbers that a provider gives itself.
Touches: nothing. No database, files, clock or network.
"""

#: the modules that other sub-packages may import
__all__ = ["compiling", "proof", "rule", "sets", "stored_columns", "tidying"]
