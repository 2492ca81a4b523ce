"""Pictures of channels and programmes, fetched once and kept in small sizes in a folder beside the guide.

In:      the address of a picture, as a feed or a person gave it.
Out:     PNG and JPEG files that this package encoded itself, and what is known of each address.
Touches: the network, from a process of its own, and one folder. It knows nothing of the guide and of SQLite.
"""

#: the modules that other sub-packages may import
__all__ = ["logo_address", "logo_fetcher", "logo_folder", "logo_state"]
