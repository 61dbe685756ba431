"""Conducts the referendum: gathers every guard's facts, does what the clock does, and is the desk of those who lead.

`clock_operations` holds the clock's steps, run each minute by `jobs`; `call_operations`, `certificate_operations` and
`act_operations` put the acts of bodies before them and say what they do; `notices` tells those concerned of each move
of a vote or a mandate. Everything below is asked, nothing repeated: the machines are in `process`, the roll in
`electorate`, the box in `casting`, the count in `count`.
"""
