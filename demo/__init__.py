"""The demo: two invented providers, the real pipeline, Datasette."""
