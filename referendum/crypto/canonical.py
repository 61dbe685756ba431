"""One JSON text for one value, and strict reading of JSON that strangers send (SPEC 1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for translation: one that a page may show. This package translates nothing."""
    return text


@dataclass(frozen=True)
class Words:
    """A text for people, and the facts that fill it in; a fact may be such a text again."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text


class Malformed(ValueError):
    """The bytes are not JSON of the expected shape. The words say what is wrong, plainly."""

    def __init__(self, text: str, **facts: object) -> None:
        self.words = Words(text, facts)
        super().__init__(str(self.words))


def canonical_bytes(value: object) -> bytes:
    """Compact UTF-8 JSON, fields in the order given, nothing escaped that need not be."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed(N_("a field stands there twice"))
    return fields


def _no_fraction(text: str) -> Any:
    raise Malformed(N_("%(number)s is not a whole number"), number=text[:20])


def _whole(text: str) -> int:
    if text == "-0":
        raise Malformed(N_("%(number)s is not a whole number"), number=text)
    return int(text)


def read_json(raw: bytes) -> Any:
    """The value in strict JSON: UTF-8, no field twice, whole numbers only. Raises Malformed, nothing else."""
    try:
        return json.loads(
            raw.decode(), object_pairs_hook=_once, parse_int=_whole, parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )  # fmt: skip
    except Malformed:
        raise
    except RecursionError:
        raise Malformed(N_("it is nested too deeply")) from None
    except ValueError:
        raise Malformed(N_("it is not JSON text")) from None


def read_fields(value: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with exactly these fields, in any order. Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed(N_("an object was expected"))
    for name in required:
        if name not in value:
            raise Malformed(N_("the field “%(name)s” is missing"), name=name)
    for name in value:
        if name not in required and name not in optional:
            raise Malformed(N_("there is a field that does not belong there"))
    return value


def read_list(value: object, length: int | None = None) -> list[Any]:
    """A list, of this length when one is given. Raises Malformed."""
    if not isinstance(value, list):
        raise Malformed(N_("a list was expected"))
    if length is not None and len(value) != length:
        raise Malformed(
            N_("a list of %(wanted)s was expected, there are %(found)s"), wanted=length, found=len(value)
        )
    return value


def read_text(value: object) -> str:
    """A text without lone surrogates. Raises Malformed."""
    if not isinstance(value, str):
        raise Malformed(N_("a text was expected"))
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed(N_("a text is not valid Unicode")) from None
    return value
