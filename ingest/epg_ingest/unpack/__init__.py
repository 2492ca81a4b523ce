"""From a downloaded file to blocks of plain XML bytes.

In:      the path of a download, and the limits on its unpacked size.
Out:     blocks of bytes, and their character encoding. Damage is no exception: first
         comes all that can be read, then a value says what was wrong.
Touches: the file, and a temporary file for a zip archive inside another layer.
"""

#: the modules that other sub-packages may import
__all__ = ["character_encoding", "layers"]
