"""The public record of a vote: one ``.bel`` file that a stranger can check without trusting us.

Pure: the standard library and ``referendum.crypto``. ``SPEC.md`` beside this file tells the whole format.
In import order:

- ``container``  numbered blocks: records with a header each, read and written as streams
- ``events``     the chain: what each record is, which event it belongs to, what came before
- ``reader``     the events of a file one by one, with container and chain checked
- ``writer``     append events to a file: set-up, ballots, end, tally, decryptions, result
- ``report``     what the verifier found, in words and as JSON
- ``survey``     the first pass: the order of events, where everything stands
- ``ballots``    the long half of the verifier: every proof of every ballot, in one process or several
- ``verify``     the strict verifier
- ``search``     a tracker looked up
- ``__main__``   ``python -m referendum.archive verify FILE…`` and ``find TRACKER FILE``
"""
