"""Registration: where a process asks for it, only members who registered are on the roll of its votes.

Tables: registrations, registration_counts. It opens when the question leaves the drawer and closes at its
published moment. Neighbours: `process` below; `electorate` above freezes the roll with it.
"""
