"""The frozen voter guide: which arguments stand beside which option, by a rule that anyone can recompute.

Tables: digests, digest_lines. Pure files: `record` (the public record), `rules` (the selection), `likeness`
(near-duplicates), `published` (digest.json and its check). Neighbours: `forum.opinion` below gives the
statistics; the frozen hash enters the election's description in `casting`.
"""
