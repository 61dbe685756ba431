"""The count: the product of the ballots, the trustees' parts, the opened totals, and the archives as files.

Tables: tallies, tally_parts, partial_decryptions. Files: instance/archives/<uuid>.bel, written once per archive and
verified as a stranger would; a record of more than 20,000 ballots stands in several (part_queries, part_operations).
Neighbours: casting (the sealed box), trustees (whose key), archive (the file), conduct (which makes the move once the
archives are verified; place "count.finished").
"""
