"""Arguments: claims on the record, for or against one option, with their readings; statements and replies.

Tables: `Argument`, `ArgumentRevision`, `Reading`, `Merge`, `OriginConsent`, `Statement`, `StatementSignature`.
`operations` moves, seconds, words and withdraws; `reading_operations` takes agree, disagree and pass;
`merge_operations` joins two that say the same; `statement_operations` holds the leadership's words and the replies.
Neighbours: `halls` below, where arguments come from; `sittings` above lends messages as origins through the slot
argument.origin; `opinion` and the digest read `queries.effective_readings` and `record_queries.public_record_rows`;
whoever knows what became of an argument fills argument.after.
"""
