"""The ballot box: the booth page, what it sends, the check of every proof, and the batches of the public record.

Tables: arrivals (received, forgotten with their batch), boxed_ballots (the record), set_aside_ballots, box_states.
Neighbours: electorate says which credentials are issued; count multiplies what is boxed; archive writes it out.
Nothing here knows a person, keeps a time, or writes to the log who sent what (secrecy.md).
"""
