"""Whom a grant names: a user, a group with the user in it, a group with that group in it (FEATURES FOLD-06)."""

from __future__ import annotations

from mailproof_suites.case import Account, Control

KINDS = ("user", "hidden_user", "group", "hidden_group", "nested_group")
"""Hidden ones are left out of the address book, which takes no right away from them."""
_GROUPS = {"group": ("staff",), "hidden_group": ("staff",), "nested_group": ("team", "staff")}


def group(control: Control, user: Account, suffix: str, member: str, *options: str) -> str:
    """A new group with one member, called after a user of the case; its address."""
    local, _, domain = user.address.partition("@")
    address = f"{local}-{suffix}@{domain}"
    control.call("group", "add", address, "--member", member, *options)
    control.undo("group", "remove", address, "--yes")
    return address


def grantee(control: Control, kind: str, user: Account) -> str:
    """The address that stands for the user in a grant to this kind of grantee; groups are made."""
    if kind == "hidden_user":
        control.call("user", "update", user.address, "--hidden")
    address = user.address
    for suffix in _GROUPS.get(kind, ()):
        address = group(control, user, suffix, address, *(["--hidden"] if kind == "hidden_group" else []))
    return address
