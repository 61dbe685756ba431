"""Pictures of a replay as SVG: a few lines and words that read in light and dark, without script or typeface."""

from fractions import Fraction
from html import escape

from referendum.rehearsal.unasked import HALF, Asked, percent

STYLE = """<style>
svg { color-scheme: light dark; --ink: #1c1a17; --quiet: #6b665e; --line: #b3261e; --paper: #fffdf8; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #f2efe8; --quiet: #b0aaa0; --line: #ff8a80; --paper: #1c1a17; }
}
text { font: 14px/1.3 system-ui, sans-serif; fill: var(--ink); }
.head { font-size: 17px; font-weight: 600; }
.quiet { fill: var(--quiet); }
.paper { fill: var(--paper); }
.rule { stroke: var(--quiet); stroke-width: 1; }
.line { stroke: var(--line); stroke-width: 3; fill: none; }
.mark { fill: var(--line); }
.bar { fill: var(--quiet); }
</style>"""


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    """A line of text."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "rule") -> str:
    """A straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{kind}"/>'


def picture(width: int, height: int, title: str, told: str, parts: list[str]) -> str:
    """The whole drawing; `told` says the same in words to who cannot see it."""
    box = f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title told"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f'<title id="title">{escape(title)}</title>', f'<desc id="told">{escape(told)}</desc>', STYLE,
        f'<rect width="{width}" height="{height}" class="paper"/>', *parts, "</svg>", "",
    ])  # fmt: skip


LEFT, TOP, SIDE = 90, 90, 420


def curve_picture(survey: Asked) -> str:
    """The leading answer's share of all members over its share of those who were not asked. No winner is named."""
    title = "For which share of the members who were not asked the result would have turned"
    turning = survey.turning
    told = f"It would have turned for every share below {percent(turning)}." if turning is not None else "For none."
    parts = [words(20, 32, title, "head"), words(20, 56, told)]
    for step in range(0, 101, 25):
        share = Fraction(step, 100)
        x, y = _place(share, share)
        parts += [rule(LEFT, y, LEFT + SIDE, y), words(LEFT - 10, y + 5, f"{step} %", "quiet", "end")]
        parts += [rule(x, TOP, x, TOP + SIDE), words(x, TOP + SIDE + 22, f"{step} %", "quiet", "middle")]
    points = [_place(share, among_all) for share, among_all in survey.curve()]
    parts.append(f'<polyline class="line" points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>')
    if turning is not None:
        x, y = _place(turning, HALF)
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="7" class="mark"/>')
        parts.append(words(x + 14, y + 24, f"half of all members, at {percent(turning)}"))
    parts.append(words(LEFT + SIDE / 2, TOP + SIDE + 48, "share of those who were not asked", "", "middle"))
    parts.append(words(LEFT, TOP - 10, "share of all members"))
    return picture(680, TOP + SIDE + 70, title, told, parts)


def _place(across: Fraction, up: Fraction) -> tuple[float, float]:
    return float(LEFT + across * SIDE), float(TOP + SIDE - up * SIDE)
