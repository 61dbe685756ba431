"""A bundle is taken whole and as it was signed, or not at all."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel import signing
from referendum.boxes import bundle
from referendum.boxes.bundle import MANIFEST, SIGNATURE, manifest_bytes, read_bundle, write_bundle
from referendum.crypto.canonical import Malformed, canonical_bytes

KIND = "hustings test"


@pytest.fixture
def made(app: Flask, tmp_path: Path) -> Iterator[Path]:
    with app.app_context():
        part = tmp_path / "part"
        part.write_bytes(b"four words")
        write_bundle(tmp_path / "bundle", KIND, {"said": "so"}, {"a.txt": part})
        yield tmp_path / "bundle"


def read(path: Path, kind: str = KIND, key: bytes = b"") -> bytes:
    folder = path.parent / "out"
    folder.mkdir()
    found = read_bundle(path, kind, key or signing.public_pem(), folder)
    assert found.facts == {"said": "so"}
    return found.bytes_of("a.txt")


def packed(path: Path, *members: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return path


def signed(path: Path, files: dict[str, object], *members: tuple[str, bytes]) -> Path:
    manifest = manifest_bytes(KIND, {"said": "so"}, files)
    return packed(path, (MANIFEST, manifest), (SIGNATURE, signing.sign(manifest).encode()), *members)


def test_a_bundle_is_read_back(made: Path) -> None:
    assert read(made) == b"four words"


def test_it_is_a_new_file_for_its_writer_s_eyes_alone_and_named_by_its_manifest_s_hash(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    with tarfile.open(made) as tar:
        names, held = tar.getnames(), tar.extractfile(MANIFEST)
        assert held is not None
        manifest = held.read()
    assert names == [MANIFEST, SIGNATURE, "a.txt"]
    (made.parent / "out").mkdir()
    found = read_bundle(made, KIND, signing.public_pem(), made.parent / "out")
    assert (found.digest, found.names) == (hashlib.sha256(manifest).hexdigest(), ("a.txt",))
    with pytest.raises(Malformed, match=r"b\.txt is missing"):
        found.path("b.txt")
    with pytest.raises(FileExistsError):
        write_bundle(made, KIND, {}, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2), ("facts", []), ("files", {}), ("files", ["a.txt"]), ("files", [["a.txt", 1]]),
        ("files", [["a.txt", "1", "0" * 64]]), ("files", [["a.txt", 1, "0" * 63]]), ("files", [[".txt", 1, "0" * 64]]),
    ],
)  # fmt: skip
def test_a_manifest_of_another_form_is_refused_though_it_is_signed(made: Path, field: str, value: object) -> None:
    manifest = canonical_bytes({"format": KIND, "version": 1, "facts": {}, "files": []} | {field: value})
    members = (MANIFEST, manifest), (SIGNATURE, signing.sign(manifest).encode()), ("a.txt", b"x")
    with pytest.raises(Malformed, match=r"not of the right form|no “hustings test” of version 1"):
        read(packed(made, *members))


def test_a_part_that_stands_there_twice_and_a_manifest_without_end_are_refused(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = ["a.txt", 1, hashlib.sha256(b"x").hexdigest()]
    manifest = canonical_bytes({"format": KIND, "version": 1, "facts": {}, "files": [part, part]})
    twice = packed(
        made, (MANIFEST, manifest), (SIGNATURE, signing.sign(manifest).encode()), *[("a.txt", b"x")] * 2
    )
    monkeypatch.setattr(bundle, "LARGEST_MANIFEST", len(manifest))
    with pytest.raises(Malformed, match="not of the right form"):
        read(twice)
    shutil.rmtree(made.parent / "out")
    monkeypatch.setattr(bundle, "LARGEST_MANIFEST", len(manifest) - 1)
    with pytest.raises(Malformed, match=r"manifest\.json is too large"):
        read(twice)


def test_a_link_in_the_place_of_a_part_is_refused(made: Path) -> None:
    listed: dict[str, object] = {"a.txt": {"size": 0, "sha256": hashlib.sha256(b"").hexdigest()}}
    with tarfile.open(signed(made, listed), "a") as tar:
        link = tarfile.TarInfo("a.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(Malformed, match=r"something else stands where a\.txt belongs"):
        read(made)


def test_another_kind_and_what_is_no_key_are_refused(made: Path) -> None:
    with pytest.raises(Malformed, match="it is no “another kind”"):
        read(made, "another kind")
    (made.parent / "out").rmdir()
    with pytest.raises(Malformed, match="no Ed25519 public key"):
        read(made, key=b"junk")


@pytest.mark.parametrize("junk", [b"", b"junk", b"\0" * 10_240])
def test_what_is_no_bundle_is_called_so(made: Path, junk: bytes) -> None:
    made.write_bytes(junk)
    with pytest.raises(Malformed):
        read(made)


def test_no_part_is_laid_outside_of_its_folder(made: Path) -> None:
    listed = {"../a.txt": {"size": 1, "sha256": "0" * 64}}
    with pytest.raises(Malformed, match="manifest is not of the right form"):
        read(signed(made, listed, ("../a.txt", b"x")))
    assert not (made.parent / "a.txt").exists()


def test_a_part_too_many_a_missing_one_and_a_changed_one_are_refused(made: Path) -> None:
    digest = "3d5b7ee8ffb5b5f3b5bfc7d24cbff6d6bd5de3bf5d3ac7ddde9c1f2cf6a3d5c0"
    listed: dict[str, object] = {"a.txt": {"size": 1, "sha256": digest}}
    for members, words in (
        ((), "a.txt is missing"), ((("a.txt", b"xy"),), "another size"), ((("a.txt", b"x"),), "was changed"),
        ((("b.txt", b"x"),), "something else stands where a.txt belongs"),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=words):
            read(signed(made, listed, *members))
        for each in (made.parent / "out").iterdir():
            each.unlink()
        (made.parent / "out").rmdir()
    with pytest.raises(Malformed, match="more than its manifest names"):
        read(signed(made, {}, ("a.txt", b"x")))
