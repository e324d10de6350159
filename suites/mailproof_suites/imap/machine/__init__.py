"""Random histories: several connections work on the same mailboxes, and a model says what must come of it.

A history is a script of steps that make sense in every state, so Hypothesis can shrink it and anybody can play it
again: `python -m mailproof_suites.imap.machine SCRIPT --target FILE`.
"""
