"""One element that is not well-formed, mended or given up.

In:      the bytes of the element, as the splitter cut them.
Out:     bytes that parse strictly and the code of the problem, or None where nothing can be saved.
Touches: nothing. It is pure.
"""

#: the modules that others may import
__all__ = ["broken_element", "double_encoding"]
