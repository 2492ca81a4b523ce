"""The pictures that pages and players load from this site, so that no viewer's browser asks strangers for them.

In:      the address of a picture from the guide.
Out:     an address of this site for pages, and the picture itself.
Touches: the folder of pictures; `epg_ingest.logos` fetches what is missing, in a process of its own.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["instance_logos"]
