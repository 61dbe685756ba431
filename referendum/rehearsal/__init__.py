"""The rehearsal: a union made up for trying everything out, and replays of scenarios.

No tables. `flask demo` (demo, supervisor, server, runner, mailbox, demo_views) serves a small union on the loopback
interface; founding and the tellers of its story (story, past_story, charged_story) make it through the operations
that the pages call, from the texts in `union/*.toml`. Nothing outside this slice imports it, and its switches exist
only in an app whose settings say `demo`, which no environment variable can.
"""
