"""The commands of `epg-ingest watches`, `targets` and `alerts`."""
