"""Debian's belenios-tool as a judge that knows nothing of our code."""

import subprocess
from pathlib import Path

TOOL = "belenios-tool"


def run_tool(*arguments: str, folder: Path, given: str = "") -> str:
    """Runs the tool in a folder; its output. Raises CalledProcessError when it refuses."""
    done = subprocess.run(
        [TOOL, *arguments], cwd=folder, input=given, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def tool_accepts(path: Path) -> bool:
    """Whether the tool passes the only archive of a folder."""
    done = subprocess.run(
        [TOOL, "election", "verify", "--dir", str(path.parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 123, 124, 125), done
    return done.returncode == 0 and "all checks passed" in done.stderr
