"""Moderation: words hidden on a closed list of grounds, members' reports, appeals, and the log everybody can read.

Tables: `Hiding` (one for each time something was hidden, with its appeal and ruling) and `Report`. A host hides in the
own local's hall, a teller in the national one; the tellers rule on appeals as a body. Neighbours: `halls`, `arguments`
and `sittings` below hold the words; the digest above reads `Hiding` for what is hidden and what is under appeal.
"""
