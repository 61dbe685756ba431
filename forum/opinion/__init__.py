"""Statistics of readings: what groups and locals have in common.

Pure files: `rules` (representative, consensus, given the groups), `bridging` (agreed across locals,
computed exactly). Neighbours: `arguments` below holds the readings; the digest above selects by these scores.
"""
