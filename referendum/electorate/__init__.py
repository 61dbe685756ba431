"""Who may vote: the frozen roll of a vote, its voting codes, and the sealed list that joins the two.

Tables: electorates, roll_entries, public_credentials, teller_keys, sealed_openings, turnouts. Outside the database:
the sealed list, a file that any two tellers open together (sealing, sealed_file, share_file). Neighbours: process
says which vote; casting asks which credentials are issued, and tells an opening of the list whether a code has voted
(places "box.has_voted" and "box.voted"); conduct seals the credentials when voting opens.
"""
