"""`mailproof admin`: the operator's work on a kept store, also while a server runs on it.

One file per noun; what a file declares as `Noun` or `Verb` is found by importing it. A command says what it did
through the `Operator` alone: the same command answers on a terminal, in JSON, and as one line of a batch.
"""
