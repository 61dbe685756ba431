"""The box in other hands: another installation keeps the ballot box of this forum's vote, or this one another's.

bundle: a signed file with parts. packing: a vote leaves its forum before it opens. unpacking: the installation that
keeps the box takes it in, without a roll: it has the public credentials alone. guest: there the trustees' parts come by
files, and what was counted is given back. returning: the forum checks all of it, and goes on as if it had counted
itself. cli: the commands. Neighbours: process (box_rules says where a box is), casting and count (which work on such a
vote as on any), conduct.
"""
