"""The public record of a vote: one ``.bel`` file that a stranger can check without trusting us.

Pure: the standard library and ``referendum.crypto``. ``SPEC.md`` beside this file tells the whole format.
In import order:

- ``container``  numbered blocks: records with a header each, read and written as streams
- ``events``     the chain: what each record is, which event it belongs to, what came before
- ``reader``     the events of a file one by one, with container and chain checked
- ``writer``     append events to a file: set-up, ballots, end, tally, decryptions, result
- ``report``     what the verifier found, in words and as JSON
- ``names``, ``credential_list``, ``places``  credentials and ballots in few bytes, however many there are
- ``survey``     the first pass: the order of events, where everything stands
- ``chunks``, ``ledger``, ``ballots``  the long half of the verifier: every proof of every ballot, in one process or
  several, with what was found kept so that a check that was stopped goes on
- ``vote_file``, ``signature``, ``beside``  what is published about a vote beside its archives, and its signature
- ``vote_checks`` an archive held against that
- ``setup_event``, ``count_checks``  the first event, and the last ones
- ``verify``     the strict verifier of one archive
- ``splitting``  into how many parts a large record is split
- ``glance``, ``progress``  how much there is to do, and how far it is
- ``record``     several archives together: the parts of one record, votes and citations
- ``compare``, ``compare_parts``  whether a newer copy extends an older one
- ``search``     a tracker looked up
- ``opened``     a ballot that the booth opened for a test
- ``__main__``   ``python -m referendum.archive``: verify, verify-diff, find, check-ballot
"""
