# ruff: noqa: E402, E702, I001 - the patch comes before anything that imports sockets or threads
from gevent import monkey; monkey.patch_all()

# The process behind test_browser: serves as in life, but one member comes and goes more often than any rate allows,
# and the clock can be moved by a file.

from urllib.parse import urlsplit

from forum.kernel import clock, limits
from forum.kernel.live import socketio
from forum.kernel.settings import read_settings
from wsgi import create_app

if __name__ == "__main__":
    settings = read_settings()
    clock.follow(settings.instance / "clock")
    app = create_app(settings)
    limits.hit = lambda *_: None
    socketio.run(app, host="127.0.0.1", port=urlsplit(settings.base_url).port, log_output=False)
