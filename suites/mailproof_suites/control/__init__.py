"""What no protocol can do on a target: start it, make accounts, move its clock, clear its devices."""
