"""Alerts: what watches tell of, and what the operator of the guide should know, made from the guide and sent.

In:      the guide, and the watches, targets and alerts in `epg.secrets`.
Out:     messages to targets, each with its attempts in the log.
Touches: `epg.secrets`; `epg.db`, which it only reads; the network, and a process of its own for each message by Apprise.
"""

#: the modules that other sub-packages may import
__all__ = ["alert_pass", "apprise_call", "sending"]
