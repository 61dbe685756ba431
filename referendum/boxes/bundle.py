"""A bundle: one signed file with parts, that one installation makes and another one takes.

A tar of manifest.json, manifest.sig (base64, over the manifest's bytes, with the installation's key), and then, in the
manifest's order, every part that it names with size and SHA-256. Nothing else may stand in it.
"""

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forum.kernel import signing
from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_text

VERSION = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST = 16_000_000
PIECE = 1 << 20

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read: `digest` is its manifest's SHA-256; its parts lie in `folder` under their names."""

    facts: dict[str, Any]
    digest: str
    folder: Path
    names: tuple[str, ...]

    def path(self, name: str) -> Path:
        """A part. Raises Malformed where there is none of this name."""
        if name not in self.names:
            raise Malformed(f"{name} is missing in it")
        return self.folder / name

    def bytes_of(self, name: str) -> bytes:
        """A whole part."""
        return self.path(name).read_bytes()


def write_bundle(path: Path, kind: str, facts: Mapping[str, Any], parts: Mapping[str, Path]) -> str:
    """Write and sign a bundle as a new file; gives its manifest's hash. Raises OSError."""
    files = {name: {"size": part.stat().st_size, "sha256": hash_of(part)} for name, part in parts.items()}
    manifest = manifest_bytes(kind, facts, files)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, manifest)
            _add(tar, SIGNATURE, signing.sign(manifest).encode())
            for name in files:  # in the manifest's order, which is the order of their names
                with parts[name].open("rb") as part:
                    tar.addfile(_header(name, os.fstat(part.fileno()).st_size), part)
        stream.flush()
        os.fsync(stream.fileno())
    return hashlib.sha256(manifest).hexdigest()


def manifest_bytes(kind: str, facts: Mapping[str, Any], files: Mapping[str, Any]) -> bytes:
    """What is signed."""
    listed = [[name, files[name]["size"], files[name]["sha256"]] for name in files]
    return canonical_bytes({"format": kind, "version": VERSION, "facts": dict(facts), "files": listed})


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o644
    return header


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    tar.addfile(_header(name, len(content)), io.BytesIO(content))


def read_bundle(path: Path, kind: str, key: bytes, folder: Path) -> Bundle:
    """Check a bundle by the key (PEM) of whoever made it, and lay its parts into an empty folder. Nothing in it is
    believed before its signature holds. Raises Malformed, saying what is wrong; OSError."""
    try:
        with tarfile.open(path, mode="r|") as tar:
            return _read(tar, kind, key, folder)
    except (tarfile.TarError, EOFError):
        raise Malformed("this is no bundle, or it was cut off on its way") from None


def _read(tar: tarfile.TarFile, kind: str, key: bytes, folder: Path) -> Bundle:
    manifest = _small(tar, MANIFEST)
    signature = _small(tar, SIGNATURE)
    try:
        holds = signing.holds(key, manifest, signature.decode("ascii", "replace"))
    except signing.NotAKey:
        raise Malformed("the key is no Ed25519 public key in PEM") from None
    if not holds:
        raise Malformed("it was not signed with this key, or it was changed afterwards")
    fields = read_fields(read_json(manifest), ("format", "version", "facts", "files"))
    if fields["format"] != kind or fields["version"] != VERSION:
        raise Malformed(f"it is no “{kind}” of version {VERSION}")
    if not isinstance(fields["facts"], dict) or not isinstance(fields["files"], list):
        raise Malformed("its manifest is not of the right form")
    names = [_lay(tar, item, folder) for item in fields["files"]]
    if tar.next() is not None:
        raise Malformed("it holds more than its manifest names")
    return Bundle(fields["facts"], hashlib.sha256(manifest).hexdigest(), folder, tuple(names))


def _next(tar: tarfile.TarFile, name: str) -> tarfile.TarInfo:
    member = tar.next()
    if member is None:
        raise Malformed(f"{name} is missing in it")
    if member.name != name or not member.isreg():
        raise Malformed(f"something else stands where {name} belongs")
    return member


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    member = _next(tar, name)
    stream = tar.extractfile(member)
    if stream is None or member.size > LARGEST_MANIFEST:
        raise Malformed(f"{name} is too large")
    return stream.read()


def _lay(tar: tarfile.TarFile, item: object, folder: Path) -> str:
    if not isinstance(item, list) or len(item) != 3 or not isinstance(item[1], int):
        raise Malformed("its manifest is not of the right form")
    name, digest = read_text(item[0]), read_text(item[2])
    path = folder / name
    if not _NAME.fullmatch(name) or not _HASH.fullmatch(digest) or path.exists():
        raise Malformed("its manifest is not of the right form")
    member = _next(tar, name)
    stream = tar.extractfile(member)
    if stream is None or member.size != item[1]:
        raise Malformed(f"{name} has another size than the manifest says")
    with path.open("xb") as out:
        while piece := stream.read(PIECE):
            out.write(piece)
    if hash_of(path) != digest:
        raise Malformed(f"{name} was changed")
    return name


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
