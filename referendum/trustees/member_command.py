"""A member's side of a threshold ceremony on an own machine: looks what is in the folder and does what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from referendum.crypto import ceremony
from referendum.crypto.canonical import Malformed, read_json
from referendum.crypto.joint import Item, by_item, numbered, read_trustees
from referendum.crypto.threshold import Cert, ThresholdGroup, certs_fingerprint
from referendum.trustees.folder import CERTS, KEY, TRUSTEES, blame, only_one, read_lines, read_text_file, write_new
from referendum.trustees.holder import holder_of
from referendum.trustees.passphrases import keep, unlock


@dataclass(frozen=True, slots=True)
class Told:
    """What a trustee is told after a step."""

    done: str
    keep: Sequence[str] = ()
    send: Sequence[str] = ()
    wait: str = ""

    def lines(self) -> list[str]:
        rows = [self.done]
        rows += [f"  Keep, and copy to a second place: {', '.join(self.keep)}"] if self.keep else []
        rows += [f"  Send to whoever gathers the trustees’ files: {', '.join(self.send)}"] if self.send else []
        rows += [f"  Wait for: {self.wait}"] if self.wait else []
        return rows


def next_step(folder: Path, threshold: int | None) -> Told:
    """Do the next step of the ceremony whose files are in the folder. Doing a step again changes nothing. Raises
    Malformed saying what is wrong and who sent it, WrongPassphrase, OSError."""
    key = only_one(folder, KEY)
    if key is None:
        return _begin(folder)
    name = key.name.removesuffix(KEY)
    if not (folder / f"{name}.cert").exists():
        return _certify(key, name)
    if not (folder / CERTS).exists():
        return _certified(name)
    certs = ceremony.check_certs(read_lines(folder / CERTS))
    if not (folder / f"{name}.polynomial").exists():
        return _deal(key, name, certs, threshold)
    if not (folder / f"{name}.vinput").exists():
        return _dealt(name)
    if not (folder / f"{name}.voutput").exists():
        return _answer(key, name, certs)
    if not (folder / TRUSTEES).exists():
        return _answered(name)
    return _finish(key, name, certs)


def _begin(folder: Path) -> Told:
    seed = ceremony.new_seed()
    cert = ceremony.make_cert(seed)
    keep(seed, folder / f"{cert.file_id}{KEY}")
    write_new(folder / f"{cert.file_id}.cert", f"{cert.text}\n")
    return _certified(cert.file_id)


def _certify(key: Path, name: str) -> Told:
    """The key was made but its certificate was not written: the machine stopped in between."""
    write_new(key.with_name(f"{name}.cert"), f"{ceremony.make_cert(_seed(key)).text}\n")
    return _certified(name)


def _seed(key: Path) -> str:
    secret = unlock(key)
    if not isinstance(secret, str):
        raise Malformed("this key file keeps a private key, not a group member’s seed")
    return secret


def _certified(name: str) -> Told:
    return Told(
        "Step 1 of 4 is done: you have a key, under your passphrase, and a certificate of it.",
        [f"{name}{KEY}"], [f"{name}.cert"], f"{CERTS}, the certificates of all members. Put it into this folder.",
    )  # fmt: skip


def _deal(key: Path, name: str, certs: Sequence[Cert], threshold: int | None) -> Told:
    shown = f"{CERTS} holds the certificates of {len(certs)} members. Its fingerprint is {certs_fingerprint(certs)}"
    if threshold is None:
        return Told(
            f"{shown}\nRead it to the other members, by telephone or face to face. If everybody has the same, run this "
            "again with --threshold and the number of members who shall be enough to open the count."
        )
    made = ceremony.make_polynomial(_seed(key), certs, threshold)
    write_new(key.with_name(f"{name}.polynomial"), f"{made.text}\n")
    return _dealt(name)


def _dealt(name: str) -> Told:
    return Told(
        "Step 2 of 4 is done: a secret for each member is made and sealed to that member.",
        send=[f"{name}.polynomial"], wait=f"{name}.vinput, what all members sent to you. Put it into this folder.",
    )  # fmt: skip


def _answer(key: Path, name: str, certs: Sequence[Cert]) -> Told:
    given, own = read_text_file(key.with_name(f"{name}.vinput")), read_text_file(key.with_name(f"{name}.polynomial"))
    if _field(given, "polynomial") != _field(own, "polynomial"):
        raise Malformed("your own polynomial is not the one that you sent")
    with blame([cert.file_id for cert in certs]):
        output = ceremony.make_output(_seed(key), certs, given)
    dkey = key.with_name(f"{name}.dkey")
    dkey.unlink(missing_ok=True)  # of a run that stopped before the answer was written: the answer holds its own
    write_new(dkey, f"{output.decryption_key}\n", secret=True)
    write_new(key.with_name(f"{name}.voutput"), f"{output.text}\n")
    return _answered(name)


def _field(text: str, name: str) -> object:
    value = read_json(text.encode())
    return value.get(name) if isinstance(value, dict) else None


def _answered(name: str) -> Told:
    return Told(
        "Step 3 of 4 is done: what the members sent to you fits together, and your part of the key is made.",
        [f"{name}{KEY}", f"{name}.dkey"], [f"{name}.voutput"], f"{TRUSTEES}, the record of all trustees.",
    )  # fmt: skip


def _finish(key: Path, name: str, certs: Sequence[Cert]) -> Told:
    """The record is compared with all that this member saw, and the key file and the decryption key are tried."""
    items = read_trustees(read_text_file(key.with_name(TRUSTEES)).encode())
    group = next((item for item in items if isinstance(item, ThresholdGroup)), None)
    if group is None or [cert.signed.message for cert in group.certs] != [cert.signed.message for cert in certs]:
        raise Malformed(f"the group in {TRUSTEES} is not the one of {CERTS}")
    given = read_text_file(key.with_name(f"{name}.vinput"))
    if [each.signed.as_json() for each in group.coefexps] != _field(given, "coefexps"):
        raise Malformed(f"the coefficients in {TRUSTEES} are not those that were sent to you")
    holder = holder_of(items, _seed(key), read_text_file(key.with_name(f"{name}.dkey")))
    return Told(
        f"Step 4 of 4 is done: you are trustee {holder.owner} of {len(numbered(items))}. Your key file and your "
        f"decryption key were read and fit. {_needed(items)}",
        [f"{name}{KEY}", f"{name}.dkey"], wait="the count. Then open your part with the command decrypt.",
    )  # fmt: skip


def _needed(items: Sequence[Item]) -> str:
    """Who opens the count, in words."""
    needs = [
        f"any {item.threshold} of trustees {numbers[0]} to {numbers[-1]}"
        if isinstance(item, ThresholdGroup)
        else f"trustee {numbers[0]}"
        for item, numbers in by_item(items)
    ]
    return f"The count needs {' and '.join(needs)}."
