"""The commands of `epg-ingest rules`."""
