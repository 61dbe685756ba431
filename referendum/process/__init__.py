"""A vote on a question: its machine, its voting rules, the call.

A vote goes set up → open → counting → challengeable → certified (elected or undecided), or is annulled and
held again. Pure files: `facts` (states, moves, facts), `rules` (guards), `voting` (who is elected, from
totals). A question may have several votes (members' vote, run-off, roll call). Neighbours: `forum.questions`
below, `electorate` and `count` above.
"""
