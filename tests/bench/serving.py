"""Servers for the benches: gunicorn with one gevent worker, as in life, and the programs a bench cannot do without."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from forum.kernel.deploy_cli import FOLDER

PATIENCE = 60


def must_have(*programs: str) -> None:
    """Stop with a word for whoever lacks one of these."""
    for program in programs:
        if shutil.which(program) is None:
            sys.exit(f"This needs {program}, which is not on this machine.")


def must_hold(folder: Path | None, *names: str, option: str, what: str) -> Path:
    """The folder that an option names, if these files are in it."""
    if folder is None:
        sys.exit(f"Please name with {option} {what}.")
    for name in names:
        if not (folder / name).exists():
            sys.exit(f"There is no {name} in {folder}. Please name with {option} {what}.")
    return folder.resolve()


@contextmanager
def gunicorn(
    application: str, url: str, *, folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve `application` at `url` by a worker of its own until the block ends; gives its master process."""
    command = [sys.executable, "-m", "gunicorn", *_options(urlsplit(url).netloc), application]
    with log.open("ab") as out:
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
        try:
            _wait_for(url, child, log)
            yield child
        finally:
            child.terminate()
            child.wait(PATIENCE)


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    """A Redis of the bench's own, which keeps nothing, until the block ends. The block begins when it answers."""
    must_have("redis-server")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder) as running:
        try:
            Redis(port=port, retry=Retry(ConstantBackoff(0.1), retries=10 * PATIENCE)).ping()
            yield
        finally:
            running.terminate()


def _options(bind: str) -> list[str]:
    """How `flask deploy show hustings@.service` starts a worker, at another address."""
    unit = ConfigParser(interpolation=None)
    unit.read(FOLDER / "hustings@.service")
    options = unit["Service"]["ExecStart"].split()[1:-1]
    return [bind if option.endswith(":%i") else option for option in options]


def _wait_for(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and child.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers, and that is what was asked
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} did not answer:\n{log.read_text(errors='replace')[-4000:]}")
