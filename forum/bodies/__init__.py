"""Bodies that act by signature: the executive council, and the tellers and observers of a question.

A body's act takes effect when more than half of its present members have signed exactly its document. `registry`
lets other slices say who sits in a body and what an act does; `operations.propose` and `sign` are the only ways.
Tables: body acts and their signatures. Below: roll, signin. Above: questions and everything that needs signatures.
"""
