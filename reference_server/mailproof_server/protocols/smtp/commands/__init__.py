"""The verbs: one file each, found by `registry.load`."""
