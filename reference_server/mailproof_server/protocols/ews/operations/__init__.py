"""One file for each operation; the folder is the table."""
