"""Halls: one question before one local, or before the whole union in the national hall, with its thread of posts.

Tables: `Hall` (created by the charge, opened by its host), `Post` and `PostRevision` (public history), `ReadMark`;
what a member keeps to oneself: `Draft`, `Following` (a thread), `Muting` (a person); and `Stopping`, members who may
not write in a hall for a time (why stands with moderation).
`operations` opens and honours halls, `post_operations` writes and edits posts. Neighbours: `questions` below charges
the locals; `arguments`, `sittings` and `moderation` above fill the slots hall.opened, hall.sessions_held, hall.rail,
posts.arguments, hiding.reasons, post.acts and page.hall.
"""
