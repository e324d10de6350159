"""Mutated sessions for a served IMAPS or SMTPS: grammars that write valid commands, and what spoils them.

`mutation` knows nothing of protocols. `imap` and `smtp` write bursts of commands and know how a connection is brought
back to its senses afterwards, whatever the burst has done to it. `attack` sends the bursts and judges what comes back.
`served` runs a reference server with its log and memory in view.
"""
