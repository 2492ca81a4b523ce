"""The bars of the project, as commands: see README.md here."""
