"""A question: its options, process, timetable, pledge and charge, and the debate's stages.

The question machine goes drafted → charged → debating → closed, or withdrawn; its one table of moves is in
`states`. Pure files: `process` (what a process is), `templates` and `toml_table` (reading one from TOML),
`timetable`, `floor` (the debate's floor and its proof), `spokespersons`, `label` (the process label),
`ribbon`, `facts` and `guards` (what each move needs), `rules` (who may do what). Neighbours: `roll` below
knows persons; `halls` above knows rooms; votes and mandates reach label and ribbon as values.
"""
