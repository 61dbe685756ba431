"""The verifier as a file to take along: its source, the text of the format, nothing else. The same bytes every time."""

import hashlib
import io
import zipfile
from functools import lru_cache
from importlib.resources import files

FOLDERS = ("archive", "crypto")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
README = """To check a vote, with Python 3.11 or later and gmpy2 (pip install gmpy2):

    python -m referendum.archive verify *.bel
    python -m referendum.archive --help

referendum/archive/SPEC.md tells the whole format. Nothing here needs a network.
"""


@lru_cache(maxsize=1)
def content() -> bytes:
    """The zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in _sources():
            zipped.writestr(zipfile.ZipInfo(name, LONG_AGO), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def digest() -> str:
    """The zip's SHA-256."""
    return hashlib.sha256(content()).hexdigest()


def _sources() -> list[tuple[str, bytes]]:
    found = [("README.txt", README.encode()), ("referendum/__init__.py", b"")]
    for folder in FOLDERS:
        sources = files(f"referendum.{folder}").iterdir()
        here = [each for each in sources if each.name.endswith((".py", ".md"))]
        found += [(f"referendum/{folder}/{each.name}", each.read_bytes()) for each in here]
    return sorted(found)
