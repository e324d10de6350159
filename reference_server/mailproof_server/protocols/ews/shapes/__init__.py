"""How folders and items of each class are written and read: one file for each."""
