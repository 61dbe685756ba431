"""What is published about a vote, held against its archives: every way in which the two can differ is named."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from referendum.archive import signature
from referendum.archive.record import verify_together
from referendum.archive.vote_file import VoteFile, read_vote_file
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.group import Q
from referendum.crypto.proofs import Proof
from tests.referendum.archive.forging import altered
from tests.referendum.archive.samples import OPTIONS, make_sample, write_whole
from tests.referendum.archive.vote_samples import (
    GIVEN,
    MEMBERS,
    REPLACED,
    SIGNER,
    SPARES,
    UNUSED,
    Held,
    file_of,
    file_part,
    hold,
    names_of,
    problems,
    publish,
    stated_of,
    votes_of,
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return hold(tmp_path_factory.mktemp("held"))


def test_an_older_file_without_second_proofs_is_accepted_and_says_what_is_not_checked(
    held: Held, tmp_path: Path
) -> None:
    told = publish(_part(second_proofs={})(held), tmp_path)
    assert b"second_proofs" not in told.read_bytes()
    (_, report) = verify_together([held.v_path], vote=told)
    assert report.ok
    assert [words.split(" opened is")[0] for words in report.unchecked] == [
        "whether what trustee 1 (Trustee 0 ñ)", "whether what trustee 2 (Trustee 1 ñ)",
    ]  # fmt: skip


def refused(held: Held, file: VoteFile | bytes, folder: Path) -> str:
    """What the verifier says of the votes beside this file."""
    path = publish(file, folder)
    return problems(verify_together([held.v_path], vote=path))


def test_votes_are_accepted_with_everything_that_is_published_about_them(held: Held, tmp_path: Path) -> None:
    reports = verify_together([held.v_path], vote=publish(held.file, tmp_path))
    assert problems(reports) == ""
    assert [report.unchecked for report in reports] == [[], []]
    assert reports[0].signer
    told = f"  signed; SHA-256 fingerprint of the key: {reports[0].signer}"
    assert [told in report.lines() for report in reports] == [True, False]
    assert reports[1].result == [[0, 0, 3, 0]]
    assert "  second proofs hold of trustee 1, 2" in reports[1].lines()


def test_the_file_is_found_beside_the_archive(held: Held, tmp_path: Path) -> None:
    archive = tmp_path / "votes.bel"
    archive.write_bytes(held.v_path.read_bytes())
    publish(held.file, tmp_path)
    assert [report.unchecked for report in verify_together([archive])] == [[], []]


def test_without_it_what_it_would_show_is_not_checked_and_the_archive_accepted(held: Held, tmp_path: Path) -> None:
    archive = tmp_path / "votes.bel"
    archive.write_bytes(held.v_path.read_bytes())
    (report,) = verify_together([archive])
    assert report.ok
    assert len(report.unchecked) == 5
    assert "  not checked: whether the digest is the one that was frozen" in report.lines()


def test_a_file_about_another_vote_checks_nothing_and_is_refused_when_it_was_asked_for(
    held: Held, tmp_path: Path
) -> None:
    other = votes_of([0, 2], seed="other")
    archive = write_whole(other, tmp_path)
    path = publish(held.file, tmp_path)
    assert all(report.ok for report in verify_together([archive]))
    assert "not about this archive" in str(verify_together([archive])[1].unchecked)
    assert "vote.json is not about this archive" in problems(verify_together([archive], vote=path))


def test_a_wrong_signature_is_refused_and_a_missing_one_not_checked(held: Held, tmp_path: Path) -> None:
    path = publish(held.file, tmp_path)
    path.write_bytes(held.file.raw.replace(b"vote-1", b"vote-2"))
    assert "was not made for this content" in problems(verify_together([held.v_path], vote=path))
    (tmp_path / "vote.sig").write_bytes(b"short")
    assert "was not made for this content" in problems(verify_together([held.v_path], vote=path))
    (tmp_path / "key.pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    assert "key.pem: it is not the public key" in problems(verify_together([held.v_path], vote=path))
    key = (tmp_path / "key.pem").rename(tmp_path / "known.pem")
    reports = verify_together([held.v_path], vote=path)
    assert (problems(reports), reports[0].unchecked) == ("", ["who signed it: there is no key.pem"])
    publish(held.file, tmp_path).with_suffix(".sig").unlink()
    assert problems(verify_together([held.v_path], vote=path)) == ""
    assert "who signed it: there is no vote.sig" in problems(verify_together([held.v_path], vote=path, key=key))


def test_a_file_that_cannot_be_read_is_said_so(held: Held, tmp_path: Path) -> None:
    reports = verify_together([held.v_path, tmp_path / "none.bel"], vote=tmp_path / "none.json")
    assert [report.unreadable for report in reports] == ["No such file or directory"] * 2


@pytest.mark.parametrize(
    ("voter", "words"),
    [
        (REPLACED, "event 4, ballot .*its voting code was replaced by another one before it was used"),
        (UNUSED, "event 4, ballot .*its voting code is a spare that was never given out"),
    ],
)
def test_a_ballot_under_a_void_code_is_named(voter: int, words: str, tmp_path: Path) -> None:
    sample = votes_of([0, 2, GIVEN, voter])
    archive = write_whole(sample, tmp_path)
    publish(file_of(stated_of(sample, 2, [file_part(sample, archive)], replaced=True)), tmp_path)
    assert re.search(words, problems(verify_together([archive])))


def test_in_citations_a_void_code_is_not_told_from_a_replaced_one(tmp_path: Path) -> None:
    held = hold(tmp_path, citing=(0, REPLACED))
    publish(held.file, tmp_path)
    assert "replaced by another one, or never given out" in problems(verify_together([held.c_path]))


def test_more_ballots_than_members_are_refused(tmp_path: Path) -> None:
    sample = votes_of(range(6))
    archive = write_whole(sample, tmp_path)
    publish(file_of(stated_of(sample, 2, [file_part(sample, archive)], replaced=True)), tmp_path)
    assert "6 ballots count, but only 4 members may vote" in problems(verify_together([archive]))


def test_citations_opened_with_few_ballots_are_refused_whatever_their_rules_say(held: Held, tmp_path: Path) -> None:
    reports = verify_together([held.c_path], vote=publish(held.file, tmp_path))
    assert "opened with 2 ballots; citations are opened from 30 ballots on" in problems(reports)


def test_more_citations_than_votes_are_refused(tmp_path: Path) -> None:
    held = hold(tmp_path, voters=(0, 2), citing=(0, 2, 3))
    publish(held.file, tmp_path)
    said = problems(verify_together([held.v_path, held.c_path]))
    assert "3 ballots with citations count, but only 2 votes" in said


def test_while_voting_is_open_void_codes_are_not_checked(held: Held, tmp_path: Path) -> None:
    stated = replace(held.file.archives["V"], void=None, replaced=None)
    path = publish(replace(held.file, is_closed=False, archives={"V": stated}), tmp_path)
    reports = verify_together([held.v_path], vote=path)
    assert problems(reports) == ""
    assert reports[1].unchecked == ["whether a ballot came under a void code: that is published after the close"]


def test_a_spare_that_was_lost_too_is_void_and_replaced(held: Held, tmp_path: Path) -> None:
    lost = _void(REPLACED, GIVEN, v1=GIVEN, v4=UNUSED)(held)
    (told, _) = verify_together([held.v_path], vote=publish(lost, tmp_path))
    assert problems([told]) == ""


def test_a_credential_with_a_weight_is_refused(tmp_path: Path) -> None:
    sample = votes_of([0, 2])
    sample.credentials = altered(sample.credentials, lambda value: value.__setitem__(1, f"{value[1]},2"))
    archive = write_whole(sample, tmp_path)
    publish(file_of(stated_of(sample, 2, [file_part(sample, archive)], replaced=True)), tmp_path)
    assert "event 0: public credential 2 has another weight than 1" in problems(verify_together([archive]))


def test_an_election_whose_description_is_only_words_is_refused(tmp_path: Path) -> None:
    sample = make_sample([OPTIONS], MEMBERS + SPARES, description="Shall we?")
    archive = write_whole(sample, tmp_path)
    publish(file_of(stated_of(sample, 0, [file_part(sample, archive)], replaced=True)), tmp_path)
    assert "it is no JSON object" in problems(verify_together([archive]))


def test_no_other_signature_than_the_one_that_was_made_holds() -> None:
    pem = SIGNER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    made = SIGNER.sign(b"content")
    assert signature.holds(pem, b"content", made)
    response = int.from_bytes(made[32:], "little") + signature.ORDER
    for other in (made[:32] + response.to_bytes(32, "little"), made + b"\0", made[:-1], b"\xff" * 32 + made[32:]):
        assert not signature.holds(pem, b"content", other)
    for strange in (b"\1" + b"\0" * 30 + b"\x80", b"\2" + b"\0" * 31):
        raw = base64.encodebytes(signature.DER_HEAD + strange).decode()
        with pytest.raises(Malformed, match="no point of the curve"):
            signature.holds(f"-----BEGIN PUBLIC KEY-----\n{raw}-----END PUBLIC KEY-----\n".encode(), b"", made)


def _v(**changes: Any) -> Callable[[Held], VoteFile]:
    return lambda held: replace(held.file, archives={"V": replace(held.file.archives["V"], **changes)})


def _part(**changes: Any) -> Callable[[Held], VoteFile]:
    return lambda held: _v(parts=(replace(held.file.archives["V"].parts[0], **changes),))(held)


def _name(voter: int) -> Callable[[Held], str]:
    return lambda held: names_of(held.v)[voter]


def _void(*voters: int, more: tuple[str, ...] = (), **pairs: int) -> Callable[[Held], VoteFile]:
    def change(held: Held) -> VoteFile:
        names = names_of(held.v)
        replaced = {names[int(old[1:])]: names[new] for old, new in pairs.items()}
        return _v(void=frozenset([names[voter] for voter in voters] + list(more)), replaced=replaced)(held)

    return change


def _proofs(change: Callable[[dict[int, Proof]], object]) -> Callable[[Held], VoteFile]:
    """The second proofs changed."""

    def lie(held: Held) -> VoteFile:
        proofs = dict(held.file.archives["V"].parts[0].second_proofs)
        change(proofs)
        return _part(second_proofs=proofs)(held)

    return lie


def _more(proof: Proof, challenge: int, response: int) -> Proof:
    return Proof((proof.challenge + challenge) % Q, (proof.response + response) % Q)


def _of_citations(held: Held) -> VoteFile:
    return _part(second_proofs=held.file.archives["C"].parts[0].second_proofs)(held)


LIES: list[tuple[str, Callable[[Held], VoteFile], str]] = [
    ("another digest", lambda h: replace(h.file, digest="60" * 32), "digest of the election's description"),
    ("a larger roll", lambda h: replace(h.file, size=5), "6 credentials are stated, but roll and spares are 7"),
    ("a larger roll and no spare", lambda h: replace(h.file, size=5, spares=1), "roll of the election's description"),
    ("another roll", lambda h: replace(h.file, roll_hash="cd" * 32), "roll of the election's description"),
    ("a lower floor", _v(floor=1), "asks for 2 ballots before it is opened; vote.json says 1"),
    ("a higher floor", _v(floor=9), "opened with 3 ballots; it is opened from 9 ballots on"),
    ("another election record", _v(election="00" * 32), "election record is not the one"),
    ("other trustees", _v(trustees="00" * 32), "trustees record is not the one"),
    ("other credentials", _part(credentials="00" * 32), "credentials is not one that vote.json names"),
    ("another number of credentials", _part(count=5), "6 credentials are listed; vote.json says 5"),
    ("another file", _part(sha256="00" * 32), "not the file that was published"),
    ("nothing void", _void(), "0 credentials are void, but there are 2 spares"),
    ("a void code that is not listed", _void(UNUSED, more=("00" * 32,)), "names the credential 0000.*not on the list"),
    ("a replaced code that is not void", _void(UNUSED, 3, v1=GIVEN), "was replaced, but is not void"),
    ("a void spare that replaced another", _void(UNUSED, 1, v1=UNUSED), "replaced another one, but is void"),
    ("a spare for two codes", _void(1, 3, v1=GIVEN, v3=GIVEN), "one spare replaced two codes"),
    ("two codes that replaced each other", _void(1, 3, v1=3, v3=1), "was replaced in a circle"),
    ("a code that replaced itself", _void(1, UNUSED, v1=1), "was replaced in a circle"),
    ("no word of replaced codes", _v(replaced=None), "not told which codes were replaced"),
    ("void codes while it is open", lambda h: replace(h.file, is_closed=False), "after the close, and not before"),
    (
        "replaced citations",
        lambda h: replace(h.file, archives=h.file.archives | {"C": replace(h.file.archives["C"], replaced={})}),
        "C: replaced codes are told here",
    ),
    (
        "citations that are the votes",
        lambda h: replace(h.file, archives={"V": h.file.archives["V"], "C": h.file.archives["V"]}),
        "same identifier",
    ),
    (
        "the same part twice",
        lambda h: _v(parts=h.file.archives["V"].parts * 2)(h),
        "two parts have the same credentials",
    ),
    (
        "another challenge of a second proof", _proofs(lambda p: p.update({1: _more(p[1], 1, 0)})),
        r"^trustee 1 \(Trustee 0 ñ\): the second proof does not hold",
    ),
    (
        "another response of a second proof", _proofs(lambda p: p.update({2: _more(p[2], 0, 1)})),
        r"^trustee 2 \(Trustee 1 ñ\): the second proof does not hold",
    ),
    ("another trustee's second proof", _proofs(lambda p: p.update({2: p[1]})), "trustee 2 .*second proof"),
    ("a second proof by nobody", _proofs(lambda p: p.update({3: p[1]})), "trustee 3: .* no part that holds"),
    ("the second proofs of the citations", _of_citations, "trustee 1 .*second proof"),
]  # fmt: skip


@pytest.mark.parametrize(("lie", "words"), [each[1:] for each in LIES], ids=[each[0] for each in LIES])
def test_a_file_that_says_something_else_is_refused(
    lie: Callable[[Held], VoteFile], words: str, held: Held, tmp_path: Path
) -> None:
    assert re.search(words, refused(held, lie(held), tmp_path))


def _in_part(value: Any) -> Any:
    return value["archives"]["V"]["parts"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v.update(version=2), "version is not 1"),
        (lambda v: v.update(version=True), "version is not 1"),
        (lambda v: v.update(state="done"), "neither “open” nor “closed”"),
        (lambda v: v.update(more=1), "does not belong there"),
        (lambda v: v.pop("roll"), "“roll” is missing"),
        (lambda v: v["roll"].update(size=-1), "not a whole one"),
        (lambda v: v["roll"].update(spares=True), "not a whole one"),
        (lambda v: v["roll"].update(sha256="AB" * 32), "not 64 hexadecimal digits"),
        (lambda v: v.update(digest="x"), "not 64 hexadecimal digits"),
        (lambda v: v["archives"].pop("V"), "“V” is missing"),
        (lambda v: v["archives"].update(W={}), "does not belong there"),
        (lambda v: v["archives"]["V"].update(parts=[]), "no part"),
        (lambda v: v["archives"]["V"]["void"].reverse(), "ascending order"),
        (lambda v: v["archives"]["V"]["void"].append(v["archives"]["V"]["void"][-1]), "twice"),
        (lambda v: v["archives"]["V"]["replaced"][0].pop(), "list of 2"),
        (lambda v: _in_part(v).pop("sha256"), "a part that is not finished"),
        (lambda v: _in_part(v).update(second_proofs=[]), "second proofs is empty"),
        (lambda v: _in_part(v)["second_proofs"].reverse(), "ascending order of their trustees"),
        (lambda v: _in_part(v)["second_proofs"][0].update(owner=0), "ascending order of their trustees"),
        (lambda v: _in_part(v)["second_proofs"][0].update(owner="1"), "not a whole one"),
        (lambda v: _in_part(v)["second_proofs"][0].update(owner=True), "not a whole one"),
        (lambda v: _in_part(v)["second_proofs"][0].update(challenge=str(Q)), "not a pair of exponents"),
        (lambda v: _in_part(v)["second_proofs"][0].update(response="01"), "not a pair of exponents"),
        (lambda v: _in_part(v)["second_proofs"][0].update(response=7), "not a pair of exponents"),
        (lambda v: _in_part(v)["second_proofs"][0].update(more="1"), "does not belong there"),
        (lambda v: _in_part(v)["second_proofs"][0].pop("challenge"), "“challenge” is missing"),
    ],
)
def test_a_file_of_another_form_is_refused(change: Callable[[Any], Any], words: str, held: Held) -> None:
    value = json.loads(held.file.raw)
    change(value)
    with pytest.raises(Malformed, match=words):
        read_vote_file(canonical_bytes(value))


def test_a_file_that_is_none_is_reported(held: Held, tmp_path: Path) -> None:
    assert "not what is published about a vote: it is not JSON" in refused(held, b"{", tmp_path)


def test_what_is_written_is_read_back(held: Held) -> None:
    assert read_vote_file(held.file.raw) == held.file
