"""The demo: feeds of two invented providers, imported by the real pipeline and served by Datasette."""
