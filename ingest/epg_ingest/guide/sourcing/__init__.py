"""Where a provider's feed comes from and when: what people may set, and what is stored of it.

In:      settings as people give them, and what was set before.
Out:     checked values, rows of `providers`, and moments. `import_times` is pure.
Touches: reads `import_log`.
"""

#: the modules that other sub-packages may import
__all__ = ["import_times", "provider_rows", "quota", "source_settings"]
