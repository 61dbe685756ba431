"""Puts the referendum's slices into an app, in the order in which they may import each other."""

from flask import Flask

from forum.kernel.register import register_slices
from forum.kernel.settings import Settings
from referendum.rehearsal import demo_views

SLICES = (
    "process", "registration", "electorate", "digest", "trustees", "casting", "count", "results", "mandate",
    "rollcalls", "surveys", "conduct", "boxes", "keeping", "rehearsal",
)  # fmt: skip


def register(app: Flask, settings: Settings) -> None:
    """Attach every slice's pages, events and jobs."""
    register_slices(app, settings, "referendum", SLICES)
    if settings.demo:
        demo_views.attach(app)
