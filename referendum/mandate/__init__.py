"""What the leadership must now do, by when, what it did, and how that ends.

A mandate is due, then discharged or breached; or superseded, only by a later certified question on the same
matter. It quotes the arguments that moved the vote, and every act must answer those by number. Pure file:
`rules`. Neighbours: `results` below gives the citations' totals; `conduct` above makes the clock's moves.
"""
