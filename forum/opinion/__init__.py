"""Statistics of readings: what groups and locals have in common, and what to read next.

Pure files: `rules` (representative, consensus, priority, given the groups), `bridging` (agreed across locals,
computed exactly). Neighbours: `arguments` below holds the readings; the digest above selects by these scores.
"""
