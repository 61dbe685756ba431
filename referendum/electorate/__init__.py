"""Who may vote: the frozen roll of a vote, its voting codes, and the sealed list that joins the two.

Tables: electorates, roll_entries, public_credentials, teller_keys, sealed_openings, turnouts, code_lists,
roll_challenges. Outside the database: the sealed list, a file that any two tellers open together (sealing, sealed_file,
share_file). Codes are made in one of three ways (way_rules): mailed or printed by this site (jobs, letter_jobs), or by
the tellers on a machine of their own with `python -m referendum.electorate` (making, sending, giving: pure, no Flask),
who take the roll there (roll_file) and hand in a list of public credentials (code_list, list_check; own_* is the site's
side). Before the freeze members challenge the roll, and the tellers rule (claim_*).

Two tellers open the sealed list for one purpose (opening_operations); a job then reads it, a chunk in memory at a time
(opening_jobs, reading), and gives spare codes, reminds, or tells turnout (spare_jobs, reminder_jobs, turnout_jobs).
What a teller is told of it is sealed to the teller's own key (answer_file).

Neighbours: process says which vote; casting asks which credentials are issued, and tells an opening of the list whether
a code has voted (places "box.has_voted", "box.voted_among" and "box.sealed"); conduct seals the credentials when voting
opens.
"""
