"""Outlets: how the debate leaves the site.

Calendar files of sessions for members; an Atom feed of seconded arguments for everybody, with claims and sides only,
never a person or a hall.

No tables. `calendar` and `feed` are pure makers of text; `queries` reads what they need of sittings and
arguments.
"""
