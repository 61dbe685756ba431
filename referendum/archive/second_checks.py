"""The trustees' second proofs in ``vote.json``, held against their factors (SPEC 6, 8 and 11)."""

from collections.abc import Mapping

from referendum.archive.beside import Claim
from referendum.archive.report import Report
from referendum.archive.setup_event import Setup
from referendum.crypto.canonical import Malformed
from referendum.crypto.joint import are_enough
from referendum.crypto.second_proof import check_factors
from referendum.crypto.tally import PartialDecryption, Tally

WITHOUT_VOTE_FILE = "whether what the trustees opened is of these ballots, which their second proofs show"


def check_second_proofs(
    claim: Claim | None, setup: Setup, tally: Tally, partials: Mapping[int, PartialDecryption], report: Report
) -> None:
    """``partials`` are the parts that hold, by trustee number. Where the second proofs of so many hold that these alone
    open the count, the others' parts must fit theirs (SPEC 10, 7); else it is told whose are missing."""
    if claim is None:
        if partials:
            report.leave(WITHOUT_VOTE_FILE)
        return
    for owner, proof in claim.stated.parts[report.part or 0].second_proofs.items():
        if owner not in partials:
            report.add("vote.json holds a second proof of this trustee, but there is no part that holds", trustee=owner)
            continue
        try:
            public = setup.trustees[owner - 1].public
            check_factors(setup.election, tally.ciphertexts, partials[owner], public, proof)
        except Malformed as problem:
            report.add(str(problem), trustee=owner)
            continue
        report.second_proofs.append(owner)
    if not are_enough(setup.items, report.second_proofs):
        for owner in sorted(partials.keys() - set(report.second_proofs)):
            name = report.trustee_names.get(owner)
            who = f"trustee {owner}" + (f" ({name})" if name else "")
            report.leave(f"whether what {who} opened is of these ballots: there is no second proof of it")
