"""The roll: members, locals, councils, offices and standing, and how they are read from a file.

Tables: councils, locals, members, roll_imports, roll_import_lines. The roll changes only by an import: looked over
first, applied whole or not at all, undone as long as it is the newest. It tells later slices of members who left or
lost their standing through the slot `roll.closed` (member ids, now), and hears through `roll.holding` (now) who holds
an office that no import begun on the page may end, nor change the e-mail address or standing of; `roll.rail` stands
beside the tellers' roll. Below it stands only the kernel.
"""
