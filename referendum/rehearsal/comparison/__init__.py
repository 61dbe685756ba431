"""`flask compare`: one made-up union, the same opinions, and each known process; always called a simulation.

`matter` is what is decided and by whom, `assumptions` what is made up about the members, `union` the members drawn from
a seed, `holding` what each process makes of them by the product's own rules, `rows` which processes stand beside each
other and what their labels say. `sheet`, `picture` and `written` tell it. Nothing is written to the database.
"""
