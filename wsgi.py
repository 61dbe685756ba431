"""The application: the only file that knows both packages.

Order matters: kernel, the forum's slices, the referendum's slices, sockets last, then the check of the doors.
"""

import gc

from flask import Flask

import forum.register
import referendum.register
from forum.kernel import database, doors, jobs, languages, limits, live, logs, quick, web
from forum.kernel.settings import Settings, read_settings


def create_app(settings: Settings | None = None) -> Flask:
    """A ready application from settings, or from the environment. Raises `Misconfigured` with every problem."""
    settings = settings or read_settings()
    app = quick.App("wsgi", template_folder="templates", static_folder="static")
    app.config["HUSTINGS"] = settings
    app.testing = settings.testing
    logs.configure()
    settings.instance.mkdir(parents=True, exist_ok=True)
    web.init_app(app, settings)
    languages.init_app(app)
    quick.init_app(app)
    limits.init(settings.redis_url)
    database.init_app(app, settings.database)
    forum.register.register(app, settings)
    referendum.register.register(app, settings)
    jobs.init_app(app, settings)
    live.init_app(app, settings)
    web.exempt_from_csrf(app)
    doors.check(app)
    if not settings.testing:
        gc.freeze()  # the app stays: looking through it for cycles again and again was a tenth of the server's work
    return app
