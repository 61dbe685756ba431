"""The mathematics of a secret ballot: Belenios version 1, homomorphic questions, one group.

Pure: the standard library and gmpy2 (``envelope``, ``ceremony`` and ``keyfile`` also need ``cryptography``; the
verifier does not import them), no database, no web, no forum. The formats are told in
``referendum/archive/SPEC.md``; the variables here bear its names. In import order:

- ``group``        the numbers p, q, g; powers with tables; who is a member; where randomness comes from
- ``canonical``    one JSON text for one value, and strict reading of JSON that strangers send
- ``hashing``      SHA-256 in the three shapes the format uses
- ``credentials``  voting codes, the secret and the public credential of a code, the credentials list
- ``elgamal``      ciphertexts that can be multiplied
- ``proofs``       Schnorr proofs, proofs of interval membership, proofs of a possibly blank vote
- ``trustee``      a trustee's key pair and its proof
- ``signed``       signed texts, as members of a threshold group exchange them
- ``threshold``    what is public of a group of which t of n open the count; putting their parts together
- ``joint``        the trustees' record, the joint key, who is needed
- ``envelope``     texts sealed to one reader
- ``ceremony``     the making of a threshold group's key, step by step
- ``keyfile``      a secret key in a file under a passphrase
- ``election``     questions, the election record and its fingerprint, random identifiers
- ``layout``       the JSON shape of a ballot, read strictly and rebuilt byte for byte
- ``answers``      one answer encrypted and proved; the proofs of one answer checked
- ``ballot``       make a ballot; check one that came from anywhere
- ``tally``        product of the ballots, partial decryptions, opening of the totals
"""
