"""The machinery every slice stands on; it imports no slice.

errors, clock, settings: words, time and configuration. database, audit, jobs, mail: what is written down and
what follows a commit. doors, live, web: who may come in by page and by socket. slots: places that later slices
fill. text: the one way from a member's Markdown to HTML. languages, limits, cli: translations, rates, commands.
"""
