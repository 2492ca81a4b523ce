"""What every answer needs, whatever its address.

In:      a request.
Out:     checked parameters, a connection, a cached or compressed answer, a refusal.
Touches: `epg.db`, read-only. It knows no route.
"""
