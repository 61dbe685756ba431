"""The entry reading: where members stand on a question's options as the debate begins, before they read anything.

Private and advisory. One row a member (`models`), changed at will until the close, then made into national totals by
the same transition that closes the debate, and deleted with it (`operations`). Nothing of it ever meets a vote, a local
or a reading of an argument. Whoever has not answered is asked once, before a hall or the arguments open (`views`).
"""
