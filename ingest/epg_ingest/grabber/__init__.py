"""`tv_grab_datasette_epg`: the guide for programs that run XMLTV grabbers, such as tvheadend and MythTV.

In:      a guide, as a database or as the address of a site; a configuration file with the channels that are wanted.
Out:     an XMLTV document with safe channel ids, on standard output or in a file.
Touches: a database read-only, or a site over HTTP; a temporary file; the configuration file with `--configure`.
"""

#: the modules that other sub-packages may import
__all__: list[str] = []
