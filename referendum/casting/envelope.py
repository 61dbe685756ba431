"""What a ballot says on its outside: for which election it is, under which credential, and whose signature it bears.

This is all that the box looks at while the voter waits. The signature covers every byte between, so nobody but the
holder of the voting code can have made them; what they hold is read by the check that follows (SPEC 4). Pure.
"""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import NamedTuple

from forum.kernel.errors import N_, Refused
from referendum.casting.forms import SentPair
from referendum.crypto.group import EXPONENT_DIGITS, P, is_exponent, read_number
from referendum.crypto.proofs import Proof, holds_knowledge

NOT_A_BALLOT = N_("This ballot is damaged. Nothing was stored; your voting code is unused by it. Load the booth again.")
NOT_SIGNED = N_("This ballot was not signed with its own voting code. Nothing was stored; the code is unused by it.")

HASH, NUMBER = rb"([A-Za-z0-9+/]{43})", rb"(0|[1-9][0-9]{0,616})"
HEAD = re.compile(
    rb'\{"election_uuid":"([A-Za-z0-9]{1,40})","election_hash":"%b","credential":"%b","answers":\[' % (HASH, NUMBER)
)
SIGNATURE = b',"signature":'
TAIL = re.compile(rb'\{"hash":"%b","proof":\{"challenge":"%b","response":"%b"\}\}\}' % (HASH, NUMBER, NUMBER))


class Signature(NamedTuple):
    """The signature on a ballot, in the ballot's own words: `hash` is the one over its content."""

    hash: str
    credential: str
    challenge: str
    response: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """One ballot, unopened. `digest` is the hash under which its credential is looked up."""

    body: str
    uuid: str
    election_hash: str
    tracker: str
    digest: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Pair:
    """The vote and the citations that came with it; none where nothing was sent for them."""

    v: Envelope
    c: Envelope | None


def open_pair(sent: SentPair) -> Pair:
    """The outside of both ballots. Raises `Refused`."""
    return Pair(_outside(sent.v), _outside(sent.c) if sent.c else None)


def _outside(raw: bytes) -> Envelope:
    end = raw.rfind(SIGNATURE)
    head, tail = HEAD.match(raw), TAIL.fullmatch(raw, end + len(SIGNATURE))
    if end < 0 or head is None or tail is None:
        raise Refused(NOT_A_BALLOT)
    whole = hashlib.sha256(memoryview(raw)[:end])
    content = whole.copy()
    content.update(b"}")
    whole.update(memoryview(raw)[end:])
    uuid, election_hash, credential = (part.decode() for part in head.groups())
    signature = Signature(tail[1].decode(), credential, tail[2].decode(), tail[3].decode())
    if signature.hash != _text(content.digest()):
        raise Refused(NOT_SIGNED)
    digest = hashlib.sha256(head[3]).hexdigest()
    return Envelope(raw.decode(), uuid, election_hash, _text(whole.digest()), digest, signature)


def signature_on(body: str) -> Signature:
    """The signature on a ballot that the box has taken."""
    return _outside(body.encode()).signature


def _text(digest: bytes) -> str:
    return b64encode(digest)[:-1].decode()


def is_signed(signature: Signature) -> bool:
    """Whether it was made with the secret of its credential, over the content that it names."""
    credential = read_number(signature.credential)
    challenge, response = (read_number(each, EXPONENT_DIGITS) for each in (signature.challenge, signature.response))
    if credential is None or challenge is None or response is None or not 0 < credential < P:
        return False
    if not (is_exponent(challenge) and is_exponent(response)):
        return False
    return holds_knowledge(f"sig|{signature.hash}|", credential, Proof(challenge, response))
