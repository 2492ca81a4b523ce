"""The shipped rules as data, one module per form. `rules/sets.py` puts them in order."""
