"""One JSON text for one value, and strict reading of JSON that strangers send (SPEC 1)."""

import json
from typing import Any


class Malformed(ValueError):
    """The bytes are not JSON of the expected shape. The message says what is wrong, in plain words."""


def canonical_bytes(value: object) -> bytes:
    """Compact UTF-8 JSON, fields in the order given, nothing escaped that need not be."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed("a field stands there twice")
    return fields


def _no_fraction(text: str) -> Any:
    raise Malformed(f"{text[:20]} is not a whole number")


def read_json(raw: bytes) -> Any:
    """The value in strict JSON: UTF-8, no field twice, whole numbers only. Raises Malformed, nothing else."""
    try:
        return json.loads(
            raw.decode(), object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except ValueError:
        raise Malformed("it is not JSON text") from None


def read_fields(value: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with exactly these fields, in any order. Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed("an object was expected")
    for name in required:
        if name not in value:
            raise Malformed(f"the field “{name}” is missing")
    for name in value:
        if name not in required and name not in optional:
            raise Malformed("there is a field that does not belong there")
    return value


def read_list(value: object, length: int | None = None) -> list[Any]:
    """A list, of this length when one is given. Raises Malformed."""
    if not isinstance(value, list):
        raise Malformed("a list was expected")
    if length is not None and len(value) != length:
        raise Malformed(f"a list of {length} was expected, there are {len(value)}")
    return value


def read_text(value: object) -> str:
    """A text without lone surrogates. Raises Malformed."""
    if not isinstance(value, str):
        raise Malformed("a text was expected")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed("a text is not valid Unicode") from None
    return value
