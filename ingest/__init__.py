"""Imports XMLTV feeds into one clean guide database."""

__version__ = "0.1.0"
