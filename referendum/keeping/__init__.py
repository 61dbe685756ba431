"""Keeping: backup and restore, and the folder that still opens in twenty years.

backup, restore: one tar with the database, the installation's files and the public audit log. dump: the database's own
way of copying itself. missing: what a newer public record holds that a backup has not. kinds: what is kept and until
when, for everybody to read; retention: the deletion that it promises. own_data: everything of one member.
"""
