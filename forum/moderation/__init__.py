"""Moderation: words hidden on a closed list of grounds, writing stopped, chats slowed; reports, appeals, and the log.

Tables: `Hiding` (one for each time something was hidden), `Restraint` (a member stopped from writing in one hall for a
time, or a session's chat slowed), both with their lifting, appeal and ruling, and `Report`. A host acts in the own
local's hall, a teller in the national one and where no host is free to; nobody judges words that answer, quote or name
them. The tellers rule on appeals as a body. Neighbours: `halls`, `arguments` and `sittings` below hold the words and
what a measure does to them; the digest above reads `Hiding` for what is hidden and what is under appeal.
"""
