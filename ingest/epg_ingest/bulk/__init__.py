"""Many channels at once: reviewed, edited together, or as a sheet (CSV) that people edit in a spreadsheet and import again.

In:      an open database; a list of edits, or the bytes of a sheet.
Out:     the changed channels, a sheet, or the differences between a sheet and the guide. `sheet_plan` is pure.
Touches: `epg.db`, in one transaction for all changes, through `guide`. No network.
"""

#: the modules that other sub-packages may import
__all__ = [
    "edits",
    "lineup_review",
    "listing",
    "proposed",
    "provider_file",
    "sheet",
    "sheet_file",
    "sheet_plan",
]
