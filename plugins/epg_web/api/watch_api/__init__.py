"""The API of watches, targets and alerts: its routes, reads and writes. Everybody sees only what is their own."""
