"""Whole organisations from a file: its form, and the steps that bring it about."""
