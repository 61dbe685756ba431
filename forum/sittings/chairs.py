"""The door of those who run sessions:

hosts, and tellers for the national hall. Which hall is the operation's rule.
"""

from forum.kernel.doors import Actor, Door


def _may_chair(actor: Actor) -> bool:
    return actor.office == "host" or actor.holds("teller")


chairs = Door("hosts", _may_chair, leads=True)
