"""The API of series: its routes and what they read."""
