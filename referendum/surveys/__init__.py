"""Sample surveys: a draw that anyone with the roll can repeat, invitations, answers, and what they are worth.

Tables: surveys, survey_seats, survey_answers. A survey is called a survey everywhere and binds nobody. Pure files:
`sampling` (the draw), `estimates` (weights, margins). Neighbours: `rollcalls` below, whose vote follows a survey where
members have none.
"""
