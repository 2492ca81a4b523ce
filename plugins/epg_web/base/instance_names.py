"""The names by which a Datasette instance knows the guide and the settings of these plugins."""

#: the database of the guide: Datasette names it after the file, `epg.db`
DATABASE = "epg"
#: the block of settings under `plugins:` in `metadata.yaml`
CONFIG = "datasette-epg"
