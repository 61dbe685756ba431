"""Sealed texts, shares of a key, and the file of the sealed list."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.kernel.errors import Refused
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import P, Q, draw_exponent, draw_secret, power_of_g
from referendum.electorate import sealed_file
from referendum.electorate.sealed_file import Assigned, Spare
from referendum.electorate.sealing import fits, join, seal, split, unseal
from tests.referendum.electorate.conftest import whole_list

PRIVATE = 1234567
PUBLIC = power_of_g(PRIVATE)


@settings(max_examples=20)
@given(st.binary(max_size=2000))
def test_what_is_sealed_is_read_by_the_holder_of_the_key(content: bytes) -> None:
    assert unseal(PRIVATE, seal(PUBLIC, content)) == content


def test_another_key_or_an_altered_text_is_refused() -> None:
    sealed = seal(PUBLIC, b"entry 7")
    with pytest.raises(Malformed):
        unseal(PRIVATE + 1, sealed)
    other = seal(PUBLIC, b"entry 7")
    for name in sealed:
        with pytest.raises(Malformed):
            unseal(PRIVATE, sealed | {name: other[name]})
    for alpha in ("0", "4x", str(P - 1)):
        with pytest.raises(Malformed, match="an element of the group"):
            unseal(PRIVATE, sealed | {"alpha": alpha})
    with pytest.raises(Malformed):
        unseal(PRIVATE, sealed | {"data": "é"})


@settings(max_examples=30)
@given(st.integers(0, int(Q) - 1), st.integers(2, 9), st.data())
def test_any_two_shares_make_the_key_and_one_alone_fits_any(private: int, places: int, data: st.DataObject) -> None:
    shares = dict(enumerate(split(private, places), start=1))
    two = data.draw(st.lists(st.sampled_from(sorted(shares)), min_size=2, max_size=2, unique=True))
    assert join({place: shares[place] for place in two}) == private
    with pytest.raises(Malformed):
        join({two[0]: shares[two[0]]})


def test_a_share_is_known_by_its_public_half() -> None:
    share = split(PRIVATE, 3)[1]
    assert fits(share, str(power_of_g(share)))
    assert not fits(share + 1, str(power_of_g(share)))
    assert not fits(share + int(Q), str(power_of_g(share)))


def test_the_list_is_appended_to_and_opened_whole(tmp_path: Path) -> None:
    private = draw_exponent(draw_secret)
    path = sealed_file.path_of(tmp_path, "uuid")
    first = sealed_file.append_spares(path, "", power_of_g(private), [Spare("abc", "v1", "c1")])
    second = sealed_file.append_assigned(path, first, power_of_g(private), [Assigned("e", "Local 88", "v2", "c2")])
    assert first != second == sha256(path.read_bytes()).hexdigest()
    opened = whole_list(path, second, private)
    assert opened.spares == [Spare("abc", "v1", "c1")]
    assert opened.of_entry("e") == [Assigned("e", "Local 88", "v2", "c2")]
    assert b"abc" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_list_with_a_changed_line_is_neither_opened_nor_written_on(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    written = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "v1", "c1")])
    assert sealed_file.is_as_written(path, written)
    path.write_text(path.read_text().replace('"data":"', '"data":"A', 1))
    assert not sealed_file.is_as_written(path, written)
    with pytest.raises(Refused, match="as it was written"):
        whole_list(path, written, PRIVATE)
    with pytest.raises(Refused, match="as it was written"):
        sealed_file.append_spares(path, written, PUBLIC, [Spare("def", "v2", "c2")])


def test_chunk_after_chunk_is_appended_without_reading_those_before_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list"
    read: list[str] = []
    whole = sealed_file._written

    def noted(path: Path, digest: str) -> Any:
        read.append(digest)
        return whole(path, digest)

    monkeypatch.setattr(sealed_file, "_written", noted)
    first = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "1", "2")])
    second = sealed_file.append_spares(path, first, PUBLIC, [Spare("def", "3", "4")])
    third = sealed_file.append_spares(path, second, PUBLIC, [Spare("ghi", "5", "6")])
    assert read == [""]
    undone = sealed_file.append_spares(path, second, PUBLIC, [Spare("jkl", "7", "8")])
    assert read == ["", second], "the third chunk's commit was undone"
    assert third != undone == sha256(path.read_bytes()).hexdigest()
    monkeypatch.undo()
    assert [each.code for each in whole_list(path, undone, PRIVATE).spares] == ["abc", "def", "jkl"]


def test_a_list_is_not_opened_with_another_key(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    written = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "v1", "c1")])
    with pytest.raises(Malformed):
        whole_list(path, written, PRIVATE + 1)


def test_only_one_makes_codes_at_a_time(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    with sealed_file.one_at_a_time(path) as first, sealed_file.one_at_a_time(path) as second:
        assert (first, second) == (True, False)
    with sealed_file.one_at_a_time(path) as again:
        assert again


@pytest.mark.parametrize("torn", [True, False])
def test_what_a_crash_left_after_the_commit_is_cut_off_and_never_read(tmp_path: Path, torn: bool) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    first = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "v1", "c1")])
    sealed_file.append_spares(path, first, PUBLIC, [Spare("lost", "v2", "c2")])
    if torn:
        path.write_bytes(path.read_bytes()[:-40])
    assert sealed_file.is_as_written(path, first)
    assert [each.code for each in whole_list(path, first, PRIVATE).spares] == ["abc"]
    second = sealed_file.append_spares(path, first, PUBLIC, [Spare("def", "v3", "c3")])
    assert [each.code for each in whole_list(path, second, PRIVATE).spares] == ["abc", "def"]


def test_whoever_waits_hears_how_many_bytes_of_the_list_are_read(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    written, lengths = "", []
    for code in ("abc", "def", "ghi"):
        written = sealed_file.append_spares(path, written, PUBLIC, [Spare(code, "v", "c")])
        lengths.append(path.stat().st_size)
    told: list[tuple[int, int]] = []
    list(sealed_file.open_chunks(path, written, PRIVATE, lambda done, of: told.append((done, of))))
    assert told == [(length, lengths[-1]) for length in lengths]


def test_a_list_that_was_never_written_or_is_gone_is_not_there(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    assert not sealed_file.is_as_written(path, "")
    assert not sealed_file.is_as_written(path, "0" * 64)
    written = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "v", "c")])
    assert not sealed_file.is_as_written(path, "")
    path.unlink()
    with pytest.raises(Refused, match="as it was written"):
        list(sealed_file.open_chunks(path, written, PRIVATE))
    with pytest.raises(Refused, match="as it was written"):
        sealed_file.append_spares(path, written, PUBLIC, [Spare("def", "v", "c")])


def test_a_list_that_another_process_cut_is_noticed_though_this_one_wrote_it_last(tmp_path: Path) -> None:
    path = sealed_file.path_of(tmp_path, "uuid")
    first = sealed_file.append_spares(path, "", PUBLIC, [Spare("abc", "v", "c")])
    second = sealed_file.append_spares(path, first, PUBLIC, [Spare("def", "v", "c")])
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(Refused, match="as it was written"):
        sealed_file.append_spares(path, second, PUBLIC, [Spare("ghi", "v", "c")])


@pytest.mark.parametrize("chunk", [b"[]", b"7", b'{"spares": [["abc"]]}', b'{"assigned": 3}', b"no JSON"])
def test_a_chunk_of_another_form_is_refused(tmp_path: Path, chunk: bytes) -> None:
    path = tmp_path / "list"
    path.write_text(json.dumps(seal(PUBLIC, chunk)) + "\n")
    with pytest.raises(Malformed):
        whole_list(path, sha256(path.read_bytes()).hexdigest(), PRIVATE)
