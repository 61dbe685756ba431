"""The trustees' keys: made in the browser, kept as files under a passphrase, their public halves handed in here.

Table: trustee_keys. `python -m referendum.trustees` opens a trustee's part of a large count from the key file; it and
`keyfile` need neither Flask nor a database. Neighbours: process (whose vote), count (which asks whose key is whose).
"""
