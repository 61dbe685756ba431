"""Statistics of readings: what groups and locals have in common, and what to read next.

Pure files: `mapping` (who is placed, and where), `clustering` and `groups` (who reads alike; `groups_at_close` is what
the digest counts in), `rules` (representative, consensus, priority, given the groups), `bridging` (agreed across
locals, computed exactly). Neighbours: `arguments` below holds the readings; the digest above selects by these scores.
"""
