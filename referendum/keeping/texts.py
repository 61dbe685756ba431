"""What stands in the folder that is kept, for whoever opens it long after."""

TOMBSTONE = "[hidden words]"

READ_ME = """{union}: what was debated and decided with Hustings, as of {at}

public/     may be given to anybody. No member is named in it.
  audit.jsonl    every act of power, one a line, each holding the hash of the one before it
  key.pem        the public key with which this installation signed; its fingerprint was printed on the record page
  verifier.zip   the program that checks a vote, with the whole text of its format (SPEC.md). It needs Python and gmpy2
  question-N/    digest.json (the voter guide and the public record from which a rule made it), and for each vote its
                 archives (.bel), vote.json (sizes of the roll, codes that were replaced), result.json, and signatures
                 (.sig, Ed25519)

members/    was written for members alone, under their names. Give it to nobody else.
  question-N/    debate.txt (every post, argument and line of chat; hidden words are left out), signed minutes, and
                 acts/ (pledge, charge, call, certificate and the rest, as they were signed)

To check that no file has decayed:       sha256sum --check SHA256SUMS
To check a vote, in its folder:          unzip ../../verifier.zip
                                         python3 -m referendum.archive verify --key ../../key.pem *.bel
                                           (add --open where an archive held too few ballots to be opened)
To check a signature:                    openssl pkeyutl -verify -pubin -inkey ../../key.pem -rawin \\
                                           -in result.json -sigfile result.sig
An archive is a Belenios file, version 1; Debian's belenios-tool 2.0 reads it too. No single ballot was ever opened, and
the keys that could are not here.
"""
