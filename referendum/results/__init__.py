"""The published table, the link from argument to vote, and an argument's life.

Pure file: `rules` (the table under the reporting rule, rounding, notes). Neighbours: `count` below opens the
totals; `mandate` above quotes the arguments.
"""
