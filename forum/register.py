"""Puts the forum's slices into an app, in the order in which they may import each other."""

from flask import Flask

from forum.kernel.register import register_slices
from forum.kernel.settings import Settings

SLICES = (
    "roll", "signin", "bodies", "questions", "halls", "arguments", "opinion", "sittings", "entry", "moderation",
    "search", "outlets", "reach",
)  # fmt: skip


def register(app: Flask, settings: Settings) -> None:
    """Attach every slice's pages, events and jobs."""
    register_slices(app, settings, "forum", SLICES)
