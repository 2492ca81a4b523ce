"""From a downloaded file to the plain documents in it, usually one.

In:      the path of a download, its Content-Encoding, the limits on its unpacked size, and a deadline.
Out:     for each document blocks of bytes, and their character encoding. Damage is no exception: first
         comes all that can be read, then a value says what was wrong.
Touches: the file, and a temporary file for a zip archive inside another layer.
"""

#: the modules that other sub-packages may import
__all__ = ["bounds", "character_encoding", "layers", "whole"]
