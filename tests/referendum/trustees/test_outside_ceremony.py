"""One ceremony and one count with two programs: some trustees have the outside tool alone, others have ours.

Trustee 1, Dov, is mandatory and has the tool. Of the group, Ana has the tool; Ben and Cho have ours; two are enough.
"""

import json
import shlex
import shutil
from pathlib import Path

import pytest

from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.crypto import keyfile
from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import Election, Question, make_election, new_uuid
from referendum.crypto.joint import Item, joint_key, numbered, read_trustees
from referendum.crypto.tally import PartialDecryption, Tally, TallyProduct, check_partial, open_tally
from referendum.trustees.__main__ import DONE, REFUSED, main
from tests.referendum.archive.outside import run_tool, tool_accepts
from tests.referendum.trustees.test_ceremony_command import PASSPHRASE

pytestmark = pytest.mark.needs("belenios-tool")

GROUP = ("--group", "BELENIOS-2048")
STEP = ("setup", "generate-trustee-key-threshold", *GROUP)
BALLOTS = [[1, 0], [0, 1], [0, 1]]


def ours(*arguments: object) -> int:
    """Our command, the passphrase at its standard input."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "ITERATIONS", 1000)
        patch.setattr("referendum.trustees.passphrases.ask", lambda *_: PASSPHRASE)
        return main([str(each) for each in arguments])


class Union:
    """The folders of the trustees and of whoever gathers, and the vote that they count."""

    def __init__(self, root: Path) -> None:
        self.middle, self.ana, self.ben, self.cho, self.dov = folders = [
            root / name for name in ("middle", "ana", "ben", "cho", "dov")
        ]
        for folder in folders:
            folder.mkdir()
        self.members = (self.ana, self.ben, self.cho)

    @property
    def name(self) -> str:
        """What Ana's files are named by."""
        return next(self.ana.glob("*.cert")).stem

    def ceremony(self) -> None:
        run_tool("setup", "generate-trustee-key", *GROUP, folder=self.dov)
        shutil.copy(next(self.dov.glob("*.pubkey")), self.middle)
        run_tool(*STEP, "--step", "1", folder=self.ana)
        self.ours_join()
        self.pass_on("cert")
        own = ("--certs", "certs.jsons", "--key", f"{self.name}.key")
        made = run_tool(*STEP, *own, "--step", "3", "--threshold", "2", folder=self.ana)
        (self.ana / f"{self.name}.polynomial").write_text(made)
        self.ours_join("--threshold", 2)
        self.pass_on("polynomial")
        given = (self.ana / f"{self.name}.vinput").read_text()
        answer = run_tool(*STEP, *own, "--step", "5", folder=self.ana, given=given)
        (self.ana / f"{self.name}.voutput").write_text(answer)
        self.ours_join()
        self.pass_on("voutput")
        self.ours_join()

    def ours_join(self, *more: object) -> None:
        for folder in (self.ben, self.cho):
            assert ours("join", folder, *more) == DONE

    def pass_on(self, ending: str) -> None:
        """From each member to the gatherer, and to each what comes of it."""
        for folder in self.members:
            shutil.copy(next(folder.glob(f"*.{ending}")), self.middle)
        assert ours("gather", self.middle, "--members", 3, "--threshold", 2, "--mandatory", 1) == DONE
        for folder in self.members:
            name = next(folder.glob("*.cert")).stem
            for each in ("certs.jsons", f"{name}.vinput", f"{name}.dkey", "trustees.json"):
                if (self.middle / each).exists() and not (folder / each).exists():
                    shutil.copy(self.middle / each, folder)

    def vote(self) -> None:
        """Three ballots under the trustees' joint key, and the public record of them."""
        self.trustees = (self.middle / "trustees.json").read_bytes()
        self.items: list[Item] = read_trustees(self.trustees)
        codes = [new_code() for _ in BALLOTS]
        self.election: Election = make_election(
            uuid=new_uuid(), name="n", description="d", public_key=joint_key(self.items),
            questions=[Question("?", ("a", "b"), 1, 1)],
        )  # fmt: skip
        self.credentials = credentials_bytes(public_of(code, self.election.uuid) for code in codes)
        self.ballots = [make_ballot(self.election, code, [choice]) for code, choice in zip(codes, BALLOTS, strict=True)]
        product = TallyProduct(self.election)
        for raw in self.ballots:
            product.add(read_ballot(self.election, raw).ciphertexts)
        self.tally: Tally = product.close()
        self.record = {
            "election": self.election.raw.decode(), "trustees": self.trustees.decode(),
            "credentials": self.credentials.decode(), "ballots": [raw.decode() for raw in self.ballots],
            "encrypted_tally": self.tally.encrypted_bytes.decode(),
        }  # fmt: skip
        self.record_file = self.middle / "record.json"
        self.record_file.write_text(json.dumps(self.record))

    def part_with_the_tool(self, folder: Path, told: str) -> Path:
        """Export, run exactly what is told, import."""
        command, _, printed = told.partition(" > ")
        program, *arguments = shlex.split(command)
        assert program == "belenios-tool"
        (folder / printed).write_text(run_tool(*arguments, folder=folder))
        assert ours("import", folder / printed, "--out", folder / "part.json") == DONE
        return folder / "part.json"

    def part_with_ours(self, folder: Path) -> Path:
        key, dkey = next(folder.glob("*.key.json")), next(folder.glob("*.dkey"))
        assert ours("decrypt", self.record_file, key, "--dkey", dkey, "--out", folder / "part.json") == DONE
        return folder / "part.json"

    def accepted(self, path: Path) -> tuple[int, PartialDecryption]:
        part = json.loads(path.read_text())
        key = numbered(self.items)[part["owner"] - 1]
        raw = part["partial_decryption"].encode()
        return part["owner"], check_partial(self.election, self.tally.ciphertexts, raw, key.public)

    def archive(self, parts: dict[int, PartialDecryption], folder: Path) -> Path:
        folder.mkdir()
        path = folder / f"{self.election.uuid}.bel"
        with path.open("wb") as stream:
            writer = ArchiveWriter(stream)
            writer.setup(self.election.raw, self.trustees, self.credentials)
            writer.ballots(self.ballots)
            writer.end_ballots()
            writer.encrypted_tally(self.tally)
            for owner, part in sorted(parts.items()):
                writer.partial_decryption(owner, part)
            writer.result(open_tally(self.tally, parts, self.items))
        return path


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Union:
    made = Union(tmp_path_factory.mktemp("union"))
    made.ceremony()
    made.vote()
    return made


def test_the_tool_gathers_the_same_group_from_the_same_files(union: Union, tmp_path: Path) -> None:
    for path in union.middle.iterdir():
        if path.suffix in (".cert", ".polynomial", ".voutput", ".pubkey") or path.name == "certs.jsons":
            shutil.copy(path, tmp_path)
    ids = sorted(path.stem for path in tmp_path.glob("*.cert"))
    together = "".join((tmp_path / f"{name}.cert").read_text() for name in ids)
    assert (tmp_path / "certs.jsons").read_text() == together
    for ending, target in (("polynomial", "polynomials.jsons"), ("voutput", "voutputs.jsons")):
        lines = [(tmp_path / f"{name}.{ending}").read_text().strip() for name in ids]
        (tmp_path / target).write_text("".join(f"{line}\n" for line in lines))
    files = ("--certs", "certs.jsons", "--polynomials", "polynomials.jsons")
    run_tool(*STEP, "--certs", "certs.jsons", "--step", "2", folder=tmp_path)
    run_tool(*STEP, *files, "--step", "4", folder=tmp_path)
    for name in ids:
        assert (tmp_path / f"{name}.vinput").read_text() == (union.middle / f"{name}.vinput").read_text()
    given = (tmp_path / "voutputs.jsons").read_text()
    (tmp_path / "threshold.json").write_text(run_tool(*STEP, *files, "--step", "6", folder=tmp_path, given=given))
    shutil.copy(next(tmp_path.glob("*.pubkey")), tmp_path / "public_keys.jsons")
    run_tool("setup", "make-trustees", folder=tmp_path)
    assert (tmp_path / "trustees.json").read_bytes() == union.trustees + b"\n"


def test_every_choice_of_enough_trustees_gives_an_archive_that_both_verifiers_accept(
    union: Union, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = dict([union.accepted(union.part_with_ours(folder)) for folder in (union.ben, union.cho)])
    for folder in (union.ana, union.dov):
        capsys.readouterr()
        assert ours("export", union.record_file, folder) == DONE
        told = capsys.readouterr().out.splitlines()[-1]
        parts |= [union.accepted(union.part_with_the_tool(folder, told))]
    assert sorted(parts) == [1, 2, 3, 4]
    for place, present in enumerate([(1, 2, 3), (1, 2, 4), (1, 3, 4), (1, 2, 3, 4)]):
        path = union.archive({number: parts[number] for number in present}, tmp_path / str(place))
        report = verify(path)
        assert (report.problems, report.result) == ([], [[1, 2]])
        assert tool_accepts(path)


def test_a_record_with_another_product_is_not_exported_and_not_opened(
    union: Union, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = TallyProduct(union.election)
    for raw in union.ballots[:2]:
        other.add(read_ballot(union.election, raw).ciphertexts)
    wrong = tmp_path / "record.json"
    wrong.write_text(json.dumps(union.record | {"encrypted_tally": other.close().encrypted_bytes.decode()}))
    key, dkey = next(union.ben.glob("*.key.json")), next(union.ben.glob("*.dkey"))
    for arguments in (("export", wrong, tmp_path / "out"), ("decrypt", wrong, key, "--dkey", dkey)):
        assert ours(*arguments) == REFUSED
        shown = capsys.readouterr()
        assert "Nothing was opened: the announced product is not the product" in shown.err
        assert "partial_decryption" not in shown.out
    assert not (tmp_path / "out").exists()


def test_a_key_goes_from_one_program_to_the_other_and_back(union: Union, tmp_path: Path) -> None:
    for bare in (union.ana / f"{union.name}.key", next(union.dov.glob("*.privkey"))):
        assert ours("import-key", bare, tmp_path / "in") == DONE
        kept = next(path for path in (tmp_path / "in").iterdir() if path.name.startswith(bare.stem))
        assert kept.stat().st_mode & 0o777 == 0o600
        assert bare.read_text().strip() not in kept.read_text()
        assert ours("export-key", kept, tmp_path / "out") == DONE
        assert (tmp_path / "out" / bare.name).read_text() == bare.read_text().strip()
        assert (tmp_path / "out" / bare.name).stat().st_mode & 0o777 == 0o600
