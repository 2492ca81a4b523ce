"""The commands of `epg-ingest lineups`."""
