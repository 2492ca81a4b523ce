"""The API of rules: its routes, what they read, and their writes."""
