"""From that file to blocks of plain XML bytes.

In:      the path of a download.
Out:     blocks of bytes, and the encoding that they are in. Damage is a
         value, not an exception: what could be read comes first.
Touches: the file, and a temporary file for formats that cannot be read from front to back.
"""

#: the modules that other sub-packages may import
__all__ = ["encoding", "layers"]
