"""Statistics of readings: what groups and locals have in common, and what to read next.

Table: `opinion_maps`, sums alone. `jobs` adds readings up each minute that something moved; `loading_queries` reads
them argument by argument. Pure files: `mapping` (who is placed, and where), `clustering` and `groups` (who reads alike;
`groups_at_close` is what the digest counts in), `rules` (representative, consensus, given the groups), `bridging`
(agreed across locals, computed exactly), `summing` (all of it together), `drawing` (what may be drawn).
Neighbours: `arguments` below holds the readings and is lent extremities through the slot argument.extremities; the
digest above selects by these scores.
"""
