"""The frozen voter guide: which arguments stand beside which option, by a rule that anyone can recompute.

Tables: debate_records (what the debate left at its close), matrix_parts (the observers' readings, until certification),
digests, digest_lines, digest_outcomes.

At the close the job adds up the debate once (`close_queries`, `close_operations`); `operations` freezes the digest from
that. Pure files: `record` (the public record), `rules` (the selection), `document` (the guide), `published` and
`differences` (digest.json and its check), `matrix` and `grouping` (the observers' check), `bulletin` and
`bulletin_boxes` (the printed sheet). Neighbours: `forum.opinion` below gives groups and statistics, `forum.arguments`
the likeness of claims; the frozen hash enters the election's description in `casting`; `conduct` freezes and forgets.

Slots: fills question.moved, question.page, question.now, question.outlets, argument.after; offers debate.recorded and
digest.rail.
"""
