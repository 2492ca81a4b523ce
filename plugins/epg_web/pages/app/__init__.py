"""The site as an app: its manifest, its service worker, and the page that is shown without a network.

In:      a `Visit`.
Out:     JSON, a script, a page; none of them depends on who asks.
Touches: `static/`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["app_manifest", "offline_page", "service_worker"]
