"""The frozen voter guide: which arguments stand beside which option, by a rule that anyone can recompute.

Tables: digests, digest_lines. Pure files: `record` (the public record), `rules` (the selection), `published`
(digest.json and its check). Neighbours: `forum.opinion` below gives the statistics, `forum.arguments.likeness`
says which claims are near-duplicates; the frozen hash enters the election's description in `casting`.
"""
