"""The count: the product of the ballots, the trustees' parts, the opened totals, and the archives as files.

Tables: tallies, partial_decryptions. Files: instance/archives/<uuid>.bel, written once per archive and verified as a
stranger would. Neighbours: casting (the sealed box), trustees (whose key), archive (the file), conduct (which makes
the move once the archives are verified; place "count.finished").
"""
