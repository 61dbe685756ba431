"""Arguments: claims on the record, for or against one option, with their readings; statements and replies.

Tables: `Argument`, `ArgumentRevision`, `Reading`, `BoardLook`, `SourceAsk`, `ArgumentLikeness`, `Merge`,
`OriginConsent`, `Statement`, `StatementSignature`. `operations` moves, seconds, words and withdraws;
`reading_operations` takes agree, disagree and pass, and takes them back; `merge_operations` joins two that say the
same, which `likeness_operations` suggests; `source_operations` asks for sources and marks good answers;
`statement_operations` holds the leadership's words and the replies. `board_queries` is the page by option,
`reading_queries` what one member reads next, by formula 8 in `next_rules`.
Neighbours: `halls` below, where arguments come from; `sittings` above lends messages as origins through the slot
argument.origin; `opinion` lends extremities through argument.extremities; it and the digest read
`queries.effective_readings` and `record_queries.public_record_rows`; whoever knows what became of an argument fills
argument.after.
"""
