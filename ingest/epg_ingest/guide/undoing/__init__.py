"""The rows of a change that is taken back: whether they still stand, and how they go back.

In:      the rows that a change touched, as `storage.audit` kept them, before and after.
Out:     the old rows in their tables, and which programmes go with them; `ConflictError` where something changed them since.
Touches: within an open write transaction the tables whose rows go back, and the times of programmes.
"""

#: the modules that other sub-packages may import
__all__ = ["hand_change", "programmes_back"]
