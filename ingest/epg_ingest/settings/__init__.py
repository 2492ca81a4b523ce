"""What the user has set, and how the program logs.

In:      flags, environment variables and `config.yaml`, in this order of precedence.
Out:     `Settings`, each value checked and with its source; log lines as text or JSON.
Touches: the configuration file, the environment, standard error.
"""

#: the modules that other sub-packages may import
__all__ = ["definitions", "env_file", "environment", "extras", "last_used", "logs", "settings"]
