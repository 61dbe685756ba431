"""A question: its options, process, timetable, pledge and charge, and the debate's stages.

The question machine goes drafted → charged → debating → closed, or withdrawn; its one table of moves is in
`states`. Pure files: `process` (what a process is), `templates` and `toml_table` (reading one from TOML),
`timetable`, `floor` (the debate's floor and its proof), `spokespersons`, `label` (the process label),
`ribbon`, `facts` and `guards` (what each move needs), `documents` (what the council signs), `rules` (who may do
what). Reads: `queries` for every slice, `facts_queries` (gathers what guards look at), `derived_queries` (ribbon and
label), `page_queries`. Acts: `operations` (the one function for moves, and the clock), `draft_operations`,
`act_operations` (bodies' acts), `option_operations`. Neighbours: `roll` below knows persons; `halls` above knows
rooms; votes and mandates reach guards, label and ribbon as values, through slots.
"""
