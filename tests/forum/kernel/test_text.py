"""What a member may type, and what becomes of it."""

import os
import re
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel import text


class Elements(HTMLParser):
    """Collects every element and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def assert_safe(source: str) -> None:
    seen = Elements(text.render(source))
    assert seen.tags <= text.ALLOWED_TAGS
    assert seen.attributes <= {"href", "rel"}
    assert all(text.is_safe_link(link) for link in seen.links)


@given(st.text(max_size=300))
def test_whatever_is_typed_comes_out_with_allowed_elements_only(source: str) -> None:
    assert_safe(source)


@pytest.mark.needs("data")
@pytest.mark.parametrize("name", ["xss_vectors.txt", "naughty_strings.txt"])
def test_no_known_attack_leaves_more_than_allowed_elements(name: str) -> None:
    file = Path(os.environ["HUSTINGS_DATA"]) / "attacks" / name
    for line in file.read_text(encoding="utf-8").split("\n"):
        assert_safe("".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) <= 0x241F else c for c in line))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:80",
        "JavaScript:alert(1)",
        "//other.example",
        "/logout",
        "data:text/html,x",
        "https://",
        "vbscript:1",
    ],
)
def test_it_drops_a_link_that_leads_nowhere_good(target: str) -> None:
    assert Elements(text.render(f"[here]({target})")).links == []


def test_it_keeps_good_links_and_marks_them_as_a_member_s() -> None:
    html = text.render("[books](https://union.example/a?b=1&c=2)")
    assert html == (
        '<p><a href="https://union.example/a?b=1&amp;c=2" rel="nofollow noopener noreferrer ugc">books</a></p>'
    )


def test_typed_tags_are_shown_as_typed() -> None:
    assert text.render("5 < 6 & <b>bold</b>") == "<p>5 &lt; 6 &amp; &lt;b&gt;bold&lt;/b&gt;</p>"


def test_what_would_be_slow_is_shown_plain() -> None:
    hostile = "[" * 5000
    assert text.too_much(hostile)
    assert text.render(hostile) == f"<p>{hostile}</p>"


def test_cleaning_keeps_everything_but_line_ends_and_nul() -> None:
    assert text.clean("a\r\nb\x00\u202ec") == "a\nb\u202ec"
    assert text.clean("two\nlines", one_line=True) == "two lines"


def test_a_document_shows_its_headings_on_two_levels_and_no_mark() -> None:
    html = text.render_document("# Pledge\n\n## The options\n\n### A. Accept\n\n- sign\n")
    assert "<h3>Pledge</h3>" in html
    assert "<h3>The options</h3>" in html
    assert "<h4>A. Accept</h4>" in html
    assert "#" not in html


def test_a_long_section_of_a_document_does_not_make_the_others_plain() -> None:
    html = text.render_document("# Pledge\n\n## The question\n\n" + "*" * 500 + "\n\n## The dates\n\n- soon\n")
    assert "*" * 500 in html
    assert "<h3>The dates</h3>" in html
    assert "<li>soon</li>" in html


def test_a_document_cannot_run_script() -> None:
    assert "<script" not in text.render_document("# Pledge\n\n<script>alert(1)</script>\n\n## More\n\n<img src=x>")


def test_an_address_in_a_line_is_a_link_that_shows_where_it_leads() -> None:
    rel = 'rel="nofollow noopener noreferrer ugc"'
    assert text.linked("Table 6 (https://Data.example:8443/a_(b)?x=1&y), p. 3.") == (
        f'Table 6 (<a href="https://Data.example:8443/a_(b)?x=1&amp;y" {rel}>'
        "https://<b>Data.example:8443</b>/a_(b)?x=1&amp;y</a>), p. 3."
    )
    assert text.linked("See HTTP://a.example. And https://b.example!").count(rel) == 2


@pytest.mark.parametrize(
    "line",
    [
        "javascript:alert(1)", "ftp://a.example/x", "https://", "http://.,", "www.a.example", "§ 12 <b>",
        "https://union.example@evil.example/", "https://evil.example\\.union.example", "https://аррӏе.example/",
        "https://a.example/\u202egro.noinu", "data:text/html;https:", "https://[::1", 'https:"//a.example',
    ],
)  # fmt: skip
def test_what_is_no_address_or_hides_where_it_leads_stays_text(line: str) -> None:
    assert text.linked(line) == escape(line)


@given(st.text(max_size=80) | st.text("htps:/.()@a é\"'<>&\\", max_size=80).map(lambda end: f"https://{end}"))
def test_a_line_of_whatever_signs_says_the_same_and_links_nowhere_else(line: str) -> None:
    html = text.linked(line)
    found = Elements(html)
    assert found.tags <= {"a", "b"}
    assert found.attributes <= {"href", "rel"}
    assert all(link.lower().startswith(("http://", "https://")) for link in found.links)
    assert unescape(re.sub(r"</?[ab][^>]*>", "", html)) == line
