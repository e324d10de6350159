"""The conditions of rules, one file each; exceptions are the same conditions, of which none may hold."""
