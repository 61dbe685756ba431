"""Result figures as CSV."""

from forum.kernel.sheets import sheet

__all__ = ["sheet"]
