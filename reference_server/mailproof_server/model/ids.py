"""The identifiers of the model, each a type of its own so that mypy refuses to mix them (ARCHITECTURE, vocabulary)."""

from typing import NewType

AccountId = NewType("AccountId", int)
"""Owner of a store of folders and items."""
PrincipalId = NewType("PrincipalId", int)
"""A user, group or resource of the directory; the one who acts, or to whom a right is granted."""
FolderId = NewType("FolderId", int)
"""Unique in the whole store, stable over rename and move."""
ItemId = NewType("ItemId", int)
"""Unique in the whole store; a copy and a moved item get a new one."""
ContentId = NewType("ContentId", int)
"""Immutable content, shared by all copies of an item (IMAP EMAILID)."""
FolderUid = NewType("FolderUid", int)
"""Place of an item in its folder: 1..2**32-1, rising, never reused under one uid_validity."""
UidValidity = NewType("UidValidity", int)
"""Generation of a folder's uids: 1..2**32-1, rising over all folders of an account."""
Modseq = NewType("Modseq", int)
"""Place in an account's change log: 1..2**63-1, rising by one with every committed change."""
SequenceNumber = NewType("SequenceNumber", int)
"""Position in one session's view of a folder, counted from 1. Lives in sessions only, never in the store."""
