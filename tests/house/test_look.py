"""The look's laws: nothing inline, nothing foreign, every token defined, text legible in both lights."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

ROOT = Path(__file__).parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
PAGES = [each for each in sorted(TEMPLATES.rglob("*.html")) if "mail" not in each.relative_to(TEMPLATES).parts]
SHEETS = sorted(STATIC.rglob("*.css"))
OWN_FILES = [
    each
    for each in [*PAGES, *STATIC.rglob("*")]
    if each.suffix in {".html", ".css", ".js", ".svg"} and STATIC / "vendor" not in each.parents
]
SMALLEST_REM = 0.9375


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(page: str) -> str:
    return re.sub(r"\{#.*?#\}", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_a_template_has_no_inline_style_handler_or_script(page: Path) -> None:
    text = without_comments(page.read_text(encoding="utf-8"))
    assert not re.search(r"<style\b|\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    for opening in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in opening or 'type="application/json"' in opening, opening


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_no_form_is_sent_to_a_place_in_a_page(page: Path) -> None:
    """A browser takes that place along to wherever the answer leads; what was refused has `autofocus` instead."""
    for form in re.findall(r"<form\b[^>]*?\bformaction=\"[^\"]*|<form\b.*?action=\"[^\"]*", page.read_text("utf-8")):
        assert "_anchor" not in form
        assert "#" not in form.replace("{#", "")


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_a_template_can_be_read_and_names_only_static_files_that_exist(page: Path) -> None:
    reader = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
    text = page.read_text(encoding="utf-8")
    reader.parse(text)
    missing = [
        name for name in re.findall(r"asset\('([^'{}]+)'\)", without_comments(text)) if not (STATIC / name).is_file()
    ]
    assert missing == []


def test_every_custom_property_used_is_defined() -> None:
    sheets = "\n".join(each.read_text(encoding="utf-8") for each in SHEETS)
    drawn = "\n".join(each.read_text(encoding="utf-8") for each in PAGES)
    used = set(re.findall(r"var\(\s*(--[\w-]+)", sheets + drawn))
    defined = set(re.findall(r"(--[\w-]+)\s*:", sheets))
    assert used - defined == set()


@pytest.mark.parametrize("file", OWN_FILES, ids=short)
def test_nothing_is_loaded_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    if file.suffix == ".html":
        found = re.findall(
            r"(?:src|href|action|data|poster|srcset)\s*=\s*[\"']?(?:https?:)?//[\w.]+", without_comments(text)
        )
    else:
        found = re.findall(r"(?:https?:|url\([\"']?)//[\w.]+", text)
    assert found == []


@pytest.mark.parametrize("sheet", SHEETS, ids=short)
def test_no_text_is_set_smaller_than_fifteen_pixels(sheet: Path) -> None:
    screen = re.sub(r"@media print \{.*", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    # in a clamp() the first figure is the least
    sizes = re.findall(r"\bfont(?:-size)?:[^;}]*?(?<![\w.])(\d*\.?\d+)(rem|px)\b", screen)
    too_small = [size for size in sizes if float(size[0]) / (1 if size[1] == "rem" else 16) < SMALLEST_REM]
    assert too_small == []


def themes() -> dict[str, dict[str, str]]:
    """The colours of tokens.css by light: the first :root is light, the one in the media query is dark."""
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light = dict(
        re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})", text[: text.index("@media (prefers-color-scheme: dark)")])
    )
    by_system = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", text, re.DOTALL)
    by_choice = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\n\}", text, re.DOTALL)
    assert by_system
    assert by_choice
    dark = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})", by_system[1]))
    assert dark == dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})", by_choice[1])), "the two dark lists differ"
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ["--paper", "--sheet", "--news"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_stands_out_sevenfold_and_red_and_blue_four_and_a_half_times(theme: str, ground: str) -> None:
    colours = themes()[theme]
    for ink in ("--ink", "--ink-2"):
        assert contrast(colours[ink], colours[ground]) >= 7, ink
    for mark in ("--red", "--blue"):
        assert contrast(colours[mark], colours[ground]) >= 4.5, mark
    assert contrast(colours["--edge"], colours[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_painted_areas_stands_out_too(theme: str) -> None:
    colours = themes()[theme]
    assert contrast(colours["--on-red"], colours["--red-fill"]) >= 4.5
    assert contrast(colours["--on-block"], colours["--block"]) >= 7
    assert contrast(colours["--ink"], colours["--red-wash"]) >= 7
    assert contrast(colours["--ink"], colours["--marker"]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("letter", "abcdef")
def test_an_option_is_seen_on_every_ground_and_is_neither_red_nor_green(theme: str, letter: str) -> None:
    colours = themes()[theme]
    option = colours[f"--opt-{letter}"]
    assert all(contrast(option, colours[ground]) >= 3 for ground in GROUNDS)
    red, green, blue = (int(option[at : at + 2], 16) for at in (1, 3, 5))
    assert not (red > 1.6 * green and red > 1.6 * blue), "reads as red"
    assert not (green > 1.25 * red and green > 1.25 * blue), "reads as green"


def test_every_class_that_a_sheet_shapes_stands_in_a_template_a_script_or_a_view() -> None:
    sources = [*TEMPLATES.rglob("*.html"), *STATIC.rglob("*.js"), *(ROOT / "forum").rglob("*.py")]
    sources += (ROOT / "referendum").rglob("*.py")
    said = "\n".join(each.read_text(encoding="utf-8") for each in sorted(sources))
    words = set(re.findall(r"[A-Za-z][\w-]*", said))
    begun = tuple(set(re.findall(r"[A-Za-z][\w-]*-(?=\{|\$\{|' ~ )", said)))  # as in pat-{{ letter }}
    dead = []
    for sheet in SHEETS:
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        named = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules)))
        dead += [f"{short(sheet)} .{each}" for each in sorted(named - words) if not each.startswith(begun)]
    assert dead == []
