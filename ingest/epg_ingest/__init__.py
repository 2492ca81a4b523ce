"""XMLTV feeds in, one TV guide out: the package behind the command `epg-ingest`.

A programme goes from URL to row through five sub-packages, in this order:

    download   a URL to a private file; "not modified" ends the import here
    unpack     that file to blocks of plain XML
    parse      blocks to elements, elements to rows
    stage      rows of programmes into private tables; so far the guide is not locked
    merge      one write transaction: channels, schedule, rows, search index, what is shown

`pipeline` calls them one after the other and keeps the log. Around them:

    core, settings, storage    values and pure rules, configuration, the two SQLite files
    guide                      the rules about channels, providers, mappings and what is shown
    retention, archive         what is old is deleted, or kept as Parquet
    export                     the guide as XMLTV, CSV, JSON lines, iCalendar
    changes                    what the web process may change
    care, scheduler, serve     repair, timetable, web server
    cli                        the command
    bundle                     lets an installed copy serve the site from any folder

Who may import whom is a contract in `.importlinter`, and `make lint` checks it. `docs/design.md` has the picture.
"""

__version__ = "0.1.0"
