"""From a URL, or a local path, to a private file on this machine.

In:      a `Source`: address, request headers, validators of the last import.
Out:     a `Download`: the path of the body, its size and hash, new validators; or "not modified".
Touches: the network and one temporary folder, which it removes. It knows nothing of XML and of SQLite.
"""

#: the modules that other sub-packages may import
__all__ = ["addresses", "failures", "fetch", "model", "xtream"]
