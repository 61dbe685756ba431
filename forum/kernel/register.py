"""How a slice joins the app: its models, views, live and jobs modules are imported, in that order.

A module with a `blueprint` has it registered; one with `fill_slots(settings)` is asked to fill places of earlier
slices. Longer slices may have several view modules (`post_views.py`, `search_views.py`), with one blueprint or one
each: any name ending so is found.
"""

import pkgutil
from collections.abc import Sequence
from importlib import import_module

from flask import Flask

from forum.kernel.settings import Settings

EDGES = ("models", "views", "live", "jobs")


def register_slices(app: Flask, settings: Settings, package: str, slices: Sequence[str]) -> None:
    """Import and attach the edges of each slice, in order."""
    for name in slices:
        edges = [import_module(module) for module in edge_modules(f"{package}.{name}")]
        for blueprint in {id(edge.blueprint): edge.blueprint for edge in edges if hasattr(edge, "blueprint")}.values():
            app.register_blueprint(blueprint)
        for edge in edges:
            if "fill_slots" in vars(edge):
                edge.fill_slots(settings)


def edge_modules(slice_name: str) -> list[str]:
    """Full names of a slice's edge modules: models first, then views, sockets, jobs."""
    inside = [each.name for each in pkgutil.iter_modules(import_module(slice_name).__path__)]
    return [
        f"{slice_name}.{name}" for edge in EDGES for name in sorted(inside) if name == edge or name.endswith(f"_{edge}")
    ]
