# ruff: noqa: E402 - the patch comes before anything that imports sockets or threads
from gevent import monkey

monkey.patch_all()

# The process behind a journey: serves as in life, but jobs run at once and the clock can be moved by a file.

from dataclasses import replace
from urllib.parse import urlsplit

from forum.kernel import clock
from forum.kernel.live import socketio
from forum.kernel.settings import read_settings
from wsgi import create_app

if __name__ == "__main__":
    settings = replace(read_settings(), replay=True)
    clock.follow(settings.instance / "clock")
    app = create_app(settings)
    socketio.run(app, host="127.0.0.1", port=urlsplit(settings.base_url).port, log_output=False)
