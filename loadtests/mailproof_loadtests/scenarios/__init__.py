"""One scenario a file; the first line of its docstring is what `mailproof load list` tells."""
