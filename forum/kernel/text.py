"""The one way from what a member typed to what a page shows.

Order is fixed: clean, cap, Markdown, bleach with a small allowlist, own link check. The reverse order runs script;
bleach's own link check lets `javascript:80` pass. Posts are rendered once, when written, and stored with `VERSION`.
"""

import re
import unicodedata
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import urlsplit

import bleach
import markdown

VERSION = 1
MOST_BYTES = 10_000
MOST_OF_ONE = 400

TEXT_TAGS = ("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "h3", "h4", "a")
TABLE_TAGS = ("table", "thead", "tbody", "tr", "th", "td")
ALLOWED_TAGS = frozenset({*TEXT_TAGS, *TABLE_TAGS})
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
_HOSTILE = "[<!(>*_`"
_ONE_LEVEL: Mapping[str, str] = dict.fromkeys("123456", "h4")
_TWO_LEVELS: Mapping[str, str] = {**_ONE_LEVEL, "1": "h3", "2": "h3"}
_SECTION = re.compile(r"\n(?=#{1,3} )")
_MARKS = re.compile(r"[*_`\[\]<>#&~|!\\]|^\s*(?:[-+>]|\d+\.)\s|https?:", re.MULTILINE)


def clean(value: str, *, one_line: bool = False) -> str:
    """Unicode NFC, Unix line ends, no NUL, no lone surrogate, on one line if asked; else equal to the input."""
    value = value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if one_line:
        value = re.sub(r"[\n\t\v\f\x1c-\x1f\x85\u2028\u2029]+", " ", value)
    return value.strip(" \n\t")


def too_much(source: str) -> bool:
    """Whether a post is over 10 kB, or repeats a character that makes Markdown slow."""
    return characters_over(source) > 0 or repeated_sign(source) is not None


def characters_over(source: str) -> int:
    """How many characters at its end a post is over 10 kB; letters with accents and other scripts take more room."""
    raw = source.encode()
    return len(source) - len(raw[:MOST_BYTES].decode(errors="ignore")) if len(raw) > MOST_BYTES else 0


def repeated_sign(source: str) -> tuple[str, int] | None:
    """A sign that Markdown gives meaning and that stands here too often, with how often."""
    counted = ((mark, source.count(mark)) for mark in _HOSTILE)
    return next(((mark, count) for mark, count in counted if count > MOST_OF_ONE), None)


def render(source: str) -> str:
    """Safe HTML of a member's Markdown. What is too much for Markdown comes out as escaped paragraphs."""
    return _rendered(source, _ONE_LEVEL)


def render_document(source: str) -> str:
    """Safe HTML of a text that a body signs, on the same way, with two levels of headings.

    Each section is judged alone, so that a long background does not take the marks' meaning from the rest.
    """
    return "\n".join(_rendered(section, _TWO_LEVELS) for section in _SECTION.split(clean(source)))


def _rendered(source: str, levels: Mapping[str, str]) -> str:
    source = clean(source)
    if too_much(source) or not _MARKS.search(source):
        return _plain(source)
    # A new Markdown object each time: they are not thread-safe.
    html = markdown.markdown(source, extensions=["tables", "fenced_code", "sane_lists", "nl2br"])
    html = re.sub(r"<(/?)h([1-6])>", lambda found: f"<{found[1]}{levels[found[2]]}>", html)
    html = bleach.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": ["href"]},
        protocols=ALLOWED_SCHEMES,
        strip=False,
        strip_comments=True,
    )
    return _check_links(html)


def _plain(source: str) -> str:
    paragraphs = re.split(r"\n{2,}", source) if source else []
    return "".join(f"<p>{escape(each, quote=False).replace(chr(10), '<br>')}</p>" for each in paragraphs)


_LINK = re.compile(r'<a(?: href="([^"]*)")?>')


def _check_links(html: str) -> str:
    def one(match: re.Match[str]) -> str:
        href = match.group(1)
        if href is None or not is_safe_link(unescape(href)):
            return "<a>"
        return f'<a href="{href}" rel="nofollow noopener noreferrer ugc">'

    return _LINK.sub(one, html)


_ADDRESS = re.compile(r"(https?://)([^\s<>\"'`]+)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?(?=$|[/?#])", re.IGNORECASE | re.ASCII)
_AFTER = ".,;:!?…”’»]"


def linked(line: str) -> str:
    """Safe HTML of one line of plain text: addresses of the web in it are links that show where they lead.

    One that hides it stays text: behind a name and an @, by a backslash, by letters that only look like others.
    """
    html, at = "", 0
    for found in _ADDRESS.finditer(line):
        rest = _without_what_follows(found[2])
        if (host := _HOST.match(rest)) and rest.isprintable():
            shown = f"{found[1]}<b>{host[0]}</b>{escape(rest[host.end() :])}"
            html += escape(line[at : found.start()])
            html += f'<a href="{found[1]}{escape(rest)}" rel="nofollow noopener noreferrer ugc">{shown}</a>'
            at = found.start(2) + len(rest)
    return html + escape(line[at:])


def _without_what_follows(address: str) -> str:
    """An address without the full stop of its sentence, or the bracket around it."""
    while address.endswith(tuple(_AFTER)) or (address.endswith(")") and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def is_safe_link(url: str) -> bool:
    """Whether a member may link there: http, https or mailto with a real target, or an anchor on the same page."""
    if url.startswith("#"):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in ALLOWED_SCHEMES:
        return False
    return bool(parts.path) if parts.scheme == "mailto" else bool(parts.hostname)


def quote(source: str) -> str:
    """A post as a Markdown quotation, to answer under."""
    return "\n".join(f"> {line}".rstrip() for line in source.splitlines()) + "\n\n"
