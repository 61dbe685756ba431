"""Where a demo lives: its folder, its address, and the settings that it makes for itself."""

import ipaddress
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from forum.kernel.settings import Settings

FOLDER = Path("instance") / "demo"
UNION_NAME = "Lakes and Rivers Transport Workers"
HELP_LINE = "This is a rehearsal. Nobody is at the other end of a line; the README says where to ask."


class NotLoopback(ValueError):
    """A demo lets anybody become anybody, so it may be reached from this machine only."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One demo on this machine. `mail_port` is the port of its own mail sink, 0 before there is one."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 5000
    mail_port: int = 0

    def __post_init__(self) -> None:
        refuse_unless_loopback(self.host)

    @property
    def address(self) -> str:
        """What the visitor opens."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    @property
    def clock(self) -> Path:
        """The file that holds how far the demo's clock runs ahead, for server and job runner alike."""
        return self.folder / "clock"

    @property
    def mailbox(self) -> Path:
        """Every mail that left, one JSON object a line."""
        return self.folder / "mailbox"

    @property
    def finished(self) -> Path:
        """Exists once the union was made to the end; without it the next start makes it anew."""
        return self.folder / "union-made"

    def arguments(self) -> list[str]:
        """This instance as the arguments of a child process; `from_arguments` reads them back."""
        return [str(self.folder), self.host, str(self.port), str(self.mail_port)]


def from_arguments(given: list[str]) -> Instance:
    """The instance that a parent process wrote down with `Instance.arguments`."""
    folder, host, port, mail_port = given
    return Instance(Path(folder), host, int(port), int(mail_port))


def refuse_unless_loopback(host: str) -> None:
    """Raise `NotLoopback` unless `host` is an address of the loopback interface; names are not trusted to be."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NotLoopback(
            f"the demo listens on loopback only (127.0.0.1 or ::1), not on {host}: in it anybody may become anybody"
        )


def demo_settings(instance: Instance, *, socket_mode: str = "gevent") -> Settings:
    """Settings of the demo, made here and nowhere else; its secret is drawn once and kept in its folder."""
    return Settings(
        secret_key=_secret(instance.folder / "secret"), union_name=UNION_NAME, base_url=instance.address,
        instance=instance.folder, mail_host="127.0.0.1", mail_port=instance.mail_port,
        mail_from="hall@rehearsal.invalid", timezone="America/Chicago", help_line=HELP_LINE, socket_mode=socket_mode,
        demo=True,
    )  # fmt: skip


def _secret(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def free_port(host: str) -> int:
    """A port that nobody listens on just now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens on this port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def listener_on(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send small messages at once: gevent's own leaves Nagle's algorithm on."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener
