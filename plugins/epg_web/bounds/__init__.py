"""Bounds on what strangers can do: so many at once, at this pace, with so many guesses and connections.

In:      a request, or the address that it came from.
Out:     a place, or a refusal.
Touches: nothing but memory.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["block_sending", "guesses", "pace", "peers", "places", "slow_clients", "threads"]
