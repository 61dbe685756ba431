"""The gatherer's side of a threshold ceremony: checks what the members sent, and makes what each is given next.

Nothing here is secret; whoever likes may repeat it with the same files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from referendum.crypto import ceremony
from referendum.crypto.canonical import Malformed, read_json
from referendum.crypto.ceremony import Polynomial
from referendum.crypto.joint import Item, read_trustees, trustees_bytes
from referendum.crypto.threshold import Cert, certs_fingerprint, check_threshold
from referendum.crypto.trustee import TrusteeKey, read_trustee_key
from referendum.trustees.folder import CERTS, TRUSTEES, blame, read_lines, read_text_file, write_new


@dataclass(frozen=True, slots=True)
class Group:
    """What was agreed before: how many members, how many are enough, how many mandatory trustees besides."""

    members: int
    threshold: int
    mandatory: int


def gather(folder: Path, agreed: Group) -> str:
    """Do the next step with the files in the folder and tell what is awaited. Doing a step again changes nothing.
    Raises Malformed, naming the trustee whose file is wrong, OSError."""
    check_threshold(agreed.threshold, agreed.members)
    if not (folder / CERTS).exists():
        return _gather_certs(folder, agreed)
    certs = ceremony.check_certs(read_lines(folder / CERTS))
    with blame([cert.file_id for cert in certs]):
        return _after_certs(folder, certs, agreed)


def _after_certs(folder: Path, certs: Sequence[Cert], agreed: Group) -> str:
    polynomials = _polynomials(folder, certs, agreed)
    if isinstance(polynomials, str):
        return polynomials
    given = [folder / f"{cert.file_id}.vinput" for cert in certs]
    for number, path in enumerate(given, start=1):
        if not path.exists():
            write_new(path, f"{ceremony.input_of(polynomials, number)}\n")
    missing = _missing(folder, certs, "voutput")
    if missing:
        names = ", ".join(path.name for path in given)
        return f"Give each member the own file: {names}.\nWait for: {missing}"
    return _finish(folder, certs, polynomials, agreed)


def _gather_certs(folder: Path, agreed: Group) -> str:
    paths = sorted(folder.glob("*.cert"))
    if len(paths) > agreed.members:
        raise Malformed(f"there are {len(paths)} certificates for {agreed.members} members")
    if len(paths) < agreed.members:
        return f"{len(paths)} of {agreed.members} certificates are here. Wait for the others: files that end in .cert"
    with blame([path.name for path in paths]):
        certs = ceremony.check_certs([read_text_file(path) for path in paths])
    write_new(folder / CERTS, "".join(f"{cert.text}\n" for cert in certs))
    return (
        f"Give every member {CERTS}. Its fingerprint is {certs_fingerprint(certs)}: the members compare it.\n"
        f"Wait for: {_missing(folder, certs, 'polynomial')}"
    )


def _missing(folder: Path, certs: Sequence[Cert], ending: str) -> str:
    names = [f"{cert.file_id}.{ending}" for cert in certs]
    return ", ".join(name for name in names if not (folder / name).exists())


def _polynomials(folder: Path, certs: Sequence[Cert], agreed: Group) -> list[Polynomial] | str:
    """All members' polynomials, or what is awaited."""
    missing = _missing(folder, certs, "polynomial")
    if missing:
        return f"Wait for: {missing}"
    texts = [read_text_file(folder / f"{cert.file_id}.polynomial") for cert in certs]
    return [
        ceremony.check_polynomial(certs, agreed.threshold, number, text) for number, text in enumerate(texts, start=1)
    ]


def _finish(folder: Path, certs: Sequence[Cert], polynomials: Sequence[Polynomial], agreed: Group) -> str:
    outputs = [
        ceremony.check_output(polynomials, number, read_text_file(folder / f"{cert.file_id}.voutput"))
        for number, cert in enumerate(certs, start=1)
    ]
    for cert, output in zip(certs, outputs, strict=True):
        dkey = folder / f"{cert.file_id}.dkey"
        if not dkey.exists():
            write_new(dkey, f"{output.decryption_key}\n")
    singles = _singles(folder)
    if len(singles) < agreed.mandatory:
        return f"The group is made. Wait for {agreed.mandatory - len(singles)} of the mandatory trustees: .pubkey files"
    if len(singles) > agreed.mandatory:
        raise Malformed(f"there are {len(singles)} .pubkey files for {agreed.mandatory} mandatory trustees")
    items: list[Item] = [*singles, ceremony.finished_group(certs, polynomials, outputs, agreed.threshold)]
    raw = trustees_bytes(items)
    if read_trustees(raw) != items:
        raise Malformed("the trustees do not fit together")
    if not (folder / TRUSTEES).exists():
        write_new(folder / TRUSTEES, raw.decode())
    return (
        f"Give every trustee {TRUSTEES}, and use it for the vote: it holds the keys of all trustees.\n"
        "A member who used belenios-tool also needs the own .dkey file."
    )


def _singles(folder: Path) -> list[TrusteeKey]:
    keys = []
    for path in sorted(folder.glob("*.pubkey")):
        try:
            keys.append(read_trustee_key(read_json(read_text_file(path).encode())))
        except Malformed as problem:
            raise Malformed(f"{path.name}: {problem}") from None
    return keys
