# ruff: noqa: E402, E702, I001 - the patch comes before anything that imports sockets or threads
from gevent import monkey; monkey.patch_all()

# The process behind tests.bench.chat: the product as it is, except that no sender is ever told to slow down.

from urllib.parse import urlsplit

from forum.kernel import limits
from forum.kernel.settings import read_settings
from gevent.pywsgi import WSGIServer
from wsgi import create_app

if __name__ == "__main__":
    settings = read_settings()
    app = create_app(settings)
    limits.hit = lambda *_: None
    WSGIServer(("127.0.0.1", urlsplit(settings.base_url).port), app, log=None).serve_forever()
