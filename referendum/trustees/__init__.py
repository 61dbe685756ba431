"""The trustees' keys: made in the browser, kept as files under a passphrase, their public halves handed in here.

Tables: trustee_keys, ceremonies, ceremony_messages, rehearsals.

Trustees of whom all are needed hand in one key each; the others make one together, of which t of n are enough
(`ceremony_*`, on crypto.ceremony). All prove before the vote that their key files can be read (`rehearsal_*`).
`python -m referendum.trustees` (`__main__`, `*_command`, `folder`, `passphrases`, `holder`, `opening`) does all that a
trustee does without the website, on files that the outside tool shares; it needs neither Flask nor a database.
Neighbours: process (whose vote), count (which asks whose key is whose).
"""
