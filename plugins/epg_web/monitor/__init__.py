"""The state of the guide and the server: health, metrics, replicas.

In:      the guide, the import log, requests as they are counted.
Out:     JSON for load balancers, text for Prometheus.
Touches: `epg.db`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["health", "metrics", "replica"]
