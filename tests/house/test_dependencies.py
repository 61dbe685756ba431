"""What is installed: the exact versions of the continuous run satisfy the project file, and known-bad ones are out."""

import json
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIRED = [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]]
LOCK = (ROOT / ".ci/lock.txt").read_text(encoding="utf-8")
PINNED = re.compile(
    r"^([a-z0-9._-]+)==([^ ;]+)(?: ;[^\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)
VERSIONS = {canonicalize_name(name): Version(version) for name, version in PINNED.findall(LOCK)}
FLOORS = {
    "bleach": "6.4.0", "markdown": "3.8.1", "python-socketio": "5.16.3", "python-engineio": "4.13.3", "flask": "3.1.3",
    "werkzeug": "3.0.6", "argon2-cffi": "25.1.0", "cryptography": "44.0",
}  # fmt: skip


def test_every_dependency_is_pinned_at_a_version_the_project_allows() -> None:
    for requirement in REQUIRED:
        pinned = VERSIONS.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{requirement.name} has no exact version in .ci/lock.txt"
        assert pinned in requirement.specifier, f"{requirement.name} {pinned} is outside {requirement.specifier}"


def test_every_file_that_may_be_installed_is_known_by_its_hash() -> None:
    assert PINNED.sub("", LOCK).count("==") == 0, "a line of the lock pins a version without a hash"


def test_nothing_known_to_be_weak_is_pinned() -> None:
    for name, floor in FLOORS.items():
        assert VERSIONS[name] >= Version(floor)


def test_no_served_program_of_others_is_known_to_be_weak() -> None:
    (entry,) = json.loads((ROOT / "static/vendor/LOCK.json").read_text(encoding="utf-8"))
    assert entry["name"] == "socket.io-client"
    assert Version(entry["version"]) >= Version("4.8.4"), "the parser of earlier ones takes any number of attachments"
