"""Rules: what the server does with new mail before anybody sees it (FEATURES section 6, vocabulary of MS-OXWSRULES).

rule.py        one rule: its JSON form, checked and compiled
conditions/    one file for each condition; exceptions are the same
actions/       one file for each action
message.py     what conditions look at: a message read once, and one account's copy of it
engine.py      a whole set of rules against one arrival; no input and no rule makes it raise
forwarding.py  the messages that forward and redirect make
service.py     listing and changing rules
"""
