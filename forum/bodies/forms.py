"""Reads a signature: the hash of the document that was on the signer's page."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.reading import Reader


def read_signature(sent: Mapping[str, Any]) -> str:
    """The hash of the document that the signer was shown."""
    form = Reader(sent)
    digest = form.line("document_hash", most=64)
    form.done()
    return digest
