"""What is around every page: its words, its places, its files, and its size on the way to the browser.

In:      the name of a file or a message; an answer of Datasette.
Out:     addresses that name their content, words, the menu, gzipped answers.
Touches: `static/`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["error_page", "gzipped", "language", "marking", "navigation", "static_answers", "static_files"]
