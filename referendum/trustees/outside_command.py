"""For trustees who use ``belenios-tool`` alone: gives them what it reads, takes what it prints.

The ceremony needs nothing of this: its files are the tool's own, so a member may do any step with either program.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from referendum.archive.writer import ArchiveWriter
from referendum.crypto.canonical import Malformed, read_fields, read_json
from referendum.crypto.ceremony import check_cert, is_seed, make_cert
from referendum.crypto.group import EXPONENT_DIGITS, is_exponent, read_number
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import Item, by_item
from referendum.crypto.tally import Tally
from referendum.crypto.threshold import ThresholdGroup
from referendum.crypto.trustee import public_key_of, read_trustee_key
from referendum.trustees.folder import KEY, SINGLE_KEY, read_lines, read_text_file, short_id, write_new
from referendum.trustees.opening import SETUP, Part, Progress, Record, check_parts, place_in, read_record
from referendum.trustees.passphrases import keep, unlock


def export_records(records: Sequence[Path], folder: Path, *, progress: Progress) -> list[str]:
    """Write the archive up to the announced product, which is recomputed and compared first, for the tool to open; each
    part of a record into a folder of its own. Gives the commands to run in the folder, for the trustees whose
    certificates or public keys lie there. Raises Malformed, OSError."""
    checked = check_parts((path.read_bytes() for path in records), len(records), proofs=False, progress=progress)
    own = _own(checked.trustees, folder)
    commands = []
    for path in records:
        record = read_record(path.read_bytes())
        place = place_in(record.credentials, len(records))
        part = f"part-{place + 1}" if len(records) > 1 else "."
        _write(record, checked.tallies[place], folder / part)
        for owner, command in own:
            out = f"{owner}.part" if part == "." else f"{owner}.{part}"
            commands.append(f"belenios-tool election {command} --trustee-id {owner} --dir {part} > {out}")
    return commands


def _write(record: Record, tally: Tally, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{record.election.uuid}.bel").open("xb") as stream:
        writer = ArchiveWriter(stream)
        writer.setup(*(record.texts[name].encode() for name in SETUP))
        writer.ballots(text.encode() for text in record.ballots)
        writer.end_ballots()
        writer.encrypted_tally(tally)
        os.fsync(stream.fileno())


def _own(items: Sequence[Item], folder: Path) -> list[tuple[int, str]]:
    """The trustees whose public halves lie in the folder, by number, and the tool's commands for them."""
    known = dict(_known(folder))
    return [
        (number, known[public])
        for item, numbers in by_item(items)
        for number, public in zip(numbers, _publics(item), strict=True)
        if public in known
    ]


def _publics(item: Item) -> list[int]:
    """By what each trustee of an item is known from the start."""
    return [cert.verification for cert in item.certs] if isinstance(item, ThresholdGroup) else [item.public]


def _known(folder: Path) -> Iterator[tuple[int, str]]:
    """The trustees whose public halves lie in a folder, and the tool's command that opens their part."""
    for path in sorted(folder.glob("*.cert")):
        keys = f"--key {path.stem}.key --decryption-key {path.stem}.dkey"
        yield check_cert(read_text_file(path)).verification, f"decrypt-threshold {keys}"
    for path in sorted(folder.glob("*.pubkey")):
        key = read_trustee_key(read_json(read_text_file(path).encode()))
        yield key.public, f"decrypt --privkey {path.stem}.privkey"


def export_key(key_file: Path, folder: Path) -> Path:
    """Write the bare secret of a key file as the tool keeps it. Raises Malformed, WrongPassphrase, OSError."""
    secret = unlock(key_file)
    if isinstance(secret, str):
        path, text = folder / f"{make_cert(secret).file_id}.key", secret
    else:
        path, text = folder / _named(secret, ".privkey"), f'"{secret}"'
    write_new(path, text, secret=True)
    return path


def _named(private: int, ending: str) -> str:
    return short_id(public_key_of(private)) + ending


def import_key(bare: Path, folder: Path) -> Path:
    """Put a secret that the tool made (``.key`` or ``.privkey``) into a key file under a passphrase. Raises Malformed,
    OSError."""
    text = read_text_file(bare).strip()
    if is_seed(text):
        path = folder / f"{make_cert(text).file_id}{KEY}"
        keep(text, path)
        return path
    private = read_number(read_json(text.encode()), EXPONENT_DIGITS)
    if private is None or not is_exponent(private):
        raise Malformed(f"{bare.name} holds no secret key of the outside tool’s")
    path = folder / _named(private, SINGLE_KEY)
    keep(private, path)
    return path


def import_parts(printed: Sequence[Path]) -> Part:
    """A part as the count's page takes it, from what the tool printed for each part of the record, in order. Raises
    Malformed, OSError."""
    read = [_import(read_lines(path)) for path in printed]
    if len({owner for owner, _ in read}) > 1:
        raise Malformed("these are of different trustees")
    return Part(read[0][0], [text for _, text in read])


def _import(lines: Sequence[str]) -> tuple[int, str]:
    """From the two lines that the tool prints: whose it is, and the partial decryption."""
    if len(lines) != 2:
        raise Malformed(f"two lines were expected as the outside tool prints them, there are {len(lines)}")
    owned = read_fields(read_json(lines[1].encode()), ("owner", "payload"))
    if type(owned["owner"]) is not int or owned["payload"] != hex_hash(lines[0].encode()):
        raise Malformed("the second line does not name the first")
    return owned["owner"], lines[0]
