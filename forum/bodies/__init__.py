"""Bodies that act by signature: the executive council, and the tellers, trustees and observers of a question.

A body's act takes effect when more than half of its members have signed it. No tables of its own yet:
who sits in a body comes from the roll and from the appointments of a question.
"""
