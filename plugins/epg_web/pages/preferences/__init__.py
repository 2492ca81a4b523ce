"""What a viewer chooses and a cookie keeps: the time zone and the language.

In:      a visit.
Out:     the form, or the way back with the cookie set.
Touches: nothing.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["language_choice", "zone_choice"]
