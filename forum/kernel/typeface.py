"""What a PDF's built-in typefaces can write: western European letters. No system font is needed for a letter."""

import unicodedata

_PLAIN = str.maketrans("ŁłĐđĦħıŦŧŊŋ’‘“”–—", "LlDdHhiTtNn''\"\"--") | {ord("œ"): "oe", ord("Œ"): "Oe"}


def printable(text: str) -> str:
    """The text with other Latin letters in their plain form and without the signs of other scripts."""
    return "".join(_written(sign) for sign in unicodedata.normalize("NFC", text).translate(_PLAIN))


def printable_name(name: str) -> str:
    """A name, or "" where a letter of it would be lost: the member number says whom a letter is for."""
    plain = unicodedata.normalize("NFC", name).translate(_PLAIN)
    return printable(name) if all(_written(sign) for sign in plain if sign.isalpha()) else ""


def _written(sign: str) -> str:
    if ord(sign) < 256:
        return sign
    return unicodedata.normalize("NFKD", sign).encode("latin-1", "ignore").decode("latin-1")
