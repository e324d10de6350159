"""The actions of rules, one file each; those whose names begin with an underscore are shared code."""
