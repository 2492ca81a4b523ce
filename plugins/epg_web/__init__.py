"""The code of the site.

The files `plugins/epg_*.py` only hold hooks of Datasette. They call the sub-packages here:

    host       what differs between the versions of Datasette; nothing else knows which one runs
    base       answers, HTTP, parameters, cache, connections, time zones, permissions; it knows no route
    bounds     bounds on what strangers can do
    sql_processes  SQL of visitors, in processes that can be ended
    search     full-text queries, and the first hits of a search for a common word
    api        the JSON API: for strangers (the fast lane) and for those who may write
    monitor    /health, /metrics, replicas
    pages      the pages for people
    exports    XMLTV, iCalendar, Atom
    admin      sign-in, providers, imports, mappings
    beside     what other plugins of Datasette get from the guide
    sql        the statements, one per file
"""
