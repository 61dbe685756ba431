"""Opening as a threshold group's member: from a seed and a decryption key, also where the record stands in parts."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.archive import splitting
from referendum.archive.names import name_of, place_of
from referendum.crypto import ceremony, keyfile
from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Election, Question, make_election, new_uuid
from referendum.crypto.group import Q, power_of_g, seeded_draw
from referendum.crypto.joint import Item, joint_key, numbered, trustees_bytes
from referendum.crypto.keyfile import WrongPassphrase, open_key_file, read_key_file, write_key_file
from referendum.crypto.second_proof import check_factors
from referendum.crypto.tally import Tally, TallyProduct, check_partial, open_tally
from referendum.crypto.trustee import public_key_of
from referendum.trustees.__main__ import DONE, main
from referendum.trustees.holder import Holder, holder_of
from referendum.trustees.opening import open_part
from tests.referendum.crypto.made_group import make_group

DRAW = seeded_draw("member opening")
MADE = make_group(3, 2, DRAW)
ALONE = 3**150
ITEMS: list[Item] = [public_key_of(ALONE, draw=DRAW), MADE.group]
ELECTION: Election = make_election(
    uuid=new_uuid(DRAW), name="n", description="d", public_key=joint_key(ITEMS),
    questions=[Question("?", ("a", "b"), 1, 1)],
)  # fmt: skip
PASSPHRASE = "four words nobody guesses"


class PartOfRecord:
    """The ballots of the voters whose credentials belong to one of two parts."""

    def __init__(self, place: int) -> None:
        codes = (new_code(DRAW) for _ in range(100))
        mine = [code for code in codes if place_of(name_of(str(public_of(code, ELECTION.uuid))), 2) == place][:2]
        raws = [make_ballot(ELECTION, code, [[1, 0]], draw=DRAW) for code in mine]
        product = TallyProduct(ELECTION)
        for raw in raws:
            product.add(read_ballot(ELECTION, raw).ciphertexts)
        self.tally: Tally = product.close()
        self.value: dict[str, Any] = {
            "election": ELECTION.raw.decode(), "trustees": trustees_bytes(ITEMS).decode(),
            "credentials": credentials_bytes(public_of(code, ELECTION.uuid) for code in mine).decode(),
            "ballots": [raw.decode() for raw in raws], "encrypted_tally": self.tally.encrypted_bytes.decode(),
        }  # fmt: skip

    @property
    def raw(self) -> bytes:
        return json.dumps(self.value).encode()


PARTS = [PartOfRecord(0), PartOfRecord(1)]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 2)


def opened(member: int, *parts: PartOfRecord, **more: Any) -> Any:
    dkey = MADE.outputs[member - 1].decryption_key
    return open_part(
        [part.raw for part in parts], MADE.seeds[member - 1], parts=len(parts), decryption_key=dkey, proofs=False,
        progress=lambda _done, _total: None, **more,
    )  # fmt: skip


def test_members_and_a_mandatory_trustee_open_both_parts_of_a_record() -> None:
    members = {2: opened(1, *PARTS), 4: opened(3, *PARTS[::-1])}
    alone = open_part(
        [part.raw for part in PARTS], ALONE, parts=2, proofs=True, progress=lambda _done, _total: None
    )  # fmt: skip
    members[alone.owner] = alone
    texts, proofs = ({owner: getattr(part, name) for owner, part in members.items()} for name in ("texts", "proofs"))
    assert sorted(texts) == [1, 2, 4]
    for place, part in enumerate(PARTS):
        parts = {
            owner: check_partial(
                ELECTION, part.tally.ciphertexts, each[place].encode(), numbered(ITEMS)[owner - 1].public
            )
            for owner, each in texts.items()
        }
        assert open_tally(part.tally, parts, ITEMS) == [[2, 0]]
        for owner, each in proofs.items():
            public = numbered(ITEMS)[owner - 1].public
            check_factors(ELECTION, part.tally.ciphertexts, parts[owner], public, each[place])


def test_one_part_is_handed_in_as_a_text_and_several_as_a_list() -> None:
    one, both = opened(1, PARTS[0]), opened(1, *PARTS)
    proofs = [proof.as_json() for proof in both.proofs]
    assert one.as_json() == {
        "owner": 2, "partial_decryption": one.texts[0], "second_proof": one.proofs[0].as_json(),
    }  # fmt: skip
    assert both.as_json() == {"owner": 2, "partial_decryption": both.texts, "second_proof": proofs}
    assert (one.ballots, both.ballots) == (2, 4)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((PARTS[0], PARTS[0]), "part 1 of the record was given twice"),
        ((PARTS[0], PARTS[1], PARTS[1]), "parts of the record"),
    ],
)
def test_all_parts_of_a_record_are_opened_at_once(parts: tuple[PartOfRecord, ...], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        opened(1, *parts)


def test_a_record_that_is_split_for_no_reason_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals of smaller crowds than need be would tell more of each member."""
    monkeypatch.setattr(splitting, "LARGEST_PART", 4)
    with pytest.raises(Malformed, match="another number of parts"):
        opened(1, *PARTS)


def test_parts_of_two_votes_are_not_opened_together() -> None:
    other = PartOfRecord(1)
    other.value = other.value | {"election": ELECTION.raw.decode().replace('"name":"n"', '"name":"m"')}
    with pytest.raises(Malformed, match="not of one vote"):
        opened(1, PARTS[0], other)


def test_a_wrong_product_in_the_last_part_opens_nothing() -> None:
    wrong = PartOfRecord(1)
    wrong.value = wrong.value | {"encrypted_tally": PARTS[0].value["encrypted_tally"]}
    with pytest.raises(Malformed, match="not the product of the ballots"):
        opened(1, PARTS[0], wrong)


def test_a_secret_s_holder_is_found_by_number() -> None:
    for member in (1, 2, 3):
        found = holder_of(ITEMS, MADE.seeds[member - 1], MADE.outputs[member - 1].decryption_key)
        assert found == Holder(1 + member, MADE.private(member))
        assert holder_of(ITEMS, MADE.private(member)) == found
    assert holder_of(ITEMS, ALONE) == Holder(1, ALONE)


def test_where_one_member_is_enough_each_still_has_an_own_number() -> None:
    made = make_group(3, 1, DRAW)
    found = [holder_of([made.group], made.seeds[place], made.outputs[place].decryption_key) for place in range(3)]
    assert [each.owner for each in found] == [1, 2, 3]
    assert len({each.private for each in found}) == 1


def test_a_member_without_its_own_decryption_key_opens_nothing() -> None:
    polynomials = [ceremony.make_polynomial(seed, MADE.certs, 2, DRAW) for seed in MADE.seeds]
    later = ceremony.make_output(MADE.seeds[0], MADE.certs, ceremony.input_of(polynomials, 1), DRAW).decryption_key
    for dkey, words in (
        ("", "together with your decryption key"),
        (MADE.outputs[1].decryption_key, "does not open with this key"),
        (later, "not the one that this vote’s trustees made"),
    ):
        with pytest.raises(Malformed, match=words):
            holder_of(ITEMS, MADE.seeds[0], dkey)
    with pytest.raises(Malformed, match="not one of this vote’s trustees"):
        holder_of(ITEMS, ceremony.new_seed(DRAW), later)


def test_a_key_file_keeps_a_seed_under_a_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "ITERATIONS", 1000)
    text = write_key_file(MADE.seeds[0], PASSPHRASE)
    assert json.loads(text)["version"] == 2
    assert json.loads(text)["public_key"] == str(MADE.certs[0].verification)
    assert open_key_file(text, PASSPHRASE) == MADE.seeds[0]
    with pytest.raises(WrongPassphrase):
        open_key_file(text, PASSPHRASE + "x")
    with pytest.raises(Malformed, match="a private key was expected"):
        read_key_file(text, PASSPHRASE)
    for change in ({"version": 1}, {"public_key": str(MADE.certs[1].verification)}):
        with pytest.raises(WrongPassphrase):
            open_key_file(json.dumps(json.loads(text) | change, separators=(",", ":")), PASSPHRASE)
    for version in (3, 0, True, "2"):
        with pytest.raises(Malformed, match="newer version"):
            open_key_file(json.dumps(json.loads(text) | {"version": version}), PASSPHRASE)


@pytest.mark.parametrize(
    ("kept", "public", "version"),
    [
        (MADE.seeds[0], MADE.certs[1].verification, 2),
        ("not a seed", MADE.certs[0].verification, 2),
        ("5", MADE.group.keys[0].public, 1),
        ("05", power_of_g(5), 1),
        (str(Q), 1, 1),
    ],
)
def test_a_key_file_that_does_not_keep_what_it_names_is_refused(
    kept: str, public: int, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "ITERATIONS", 1000)
    header = json.loads(write_key_file(5, PASSPHRASE)) | {"public_key": str(public), "version": version}
    salt, nonce = (base64.b64decode(each) for each in (header["kdf"]["salt"], header["cipher"]["iv"]))
    cipher = AESGCM(keyfile._file_key(PASSPHRASE, salt, 1000))
    data = cipher.encrypt(nonce, kept.encode(), keyfile._associated(header))
    text = json.dumps(header | {"data": base64.b64encode(data).decode()}, separators=(",", ":"))
    with pytest.raises(Malformed, match="does not hold the key it names"):
        open_key_file(text, PASSPHRASE)


def test_a_record_whose_trustees_do_not_make_the_vote_s_key_opens_nothing() -> None:
    other = PartOfRecord(1)
    other.value = other.value | {"trustees": trustees_bytes(ITEMS[1:]).decode()}
    with pytest.raises(Malformed, match="do not make the vote’s key"):
        opened(1, other)


def test_the_command_takes_all_parts_of_a_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keyfile, "ITERATIONS", 1000)
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSPHRASE + "\n"))
    (tmp_path / "key.json").write_text(write_key_file(MADE.seeds[1], PASSPHRASE))
    (tmp_path / "own.dkey").write_text(MADE.outputs[1].decryption_key + "\n")
    for place, part in enumerate(PARTS):
        (tmp_path / f"record-{place}.json").write_bytes(part.raw)
    names = [str(tmp_path / name) for name in ("record-1.json", "record-0.json", "key.json", "own.dkey", "part.json")]
    assert main(["decrypt", *names[:3], "--dkey", names[3], "--out", names[4]]) == DONE
    part = json.loads((tmp_path / "part.json").read_text())
    assert part["owner"] == 3
    for text, record in zip(part["partial_decryption"], PARTS, strict=True):
        check_partial(ELECTION, record.tally.ciphertexts, text.encode(), numbered(ITEMS)[2].public)
