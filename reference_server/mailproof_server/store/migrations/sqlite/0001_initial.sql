-- The whole store as of the first release. Numbers in `at` columns are microseconds since 1970 (UTC); `_zone_s` is the
-- offset in seconds of the zone in which the moment was given. Texts that are sorted compare by code point.

-- Who there is ------------------------------------------------------------------------------------------------------

CREATE TABLE domains (
    name TEXT PRIMARY KEY,
    is_default INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT wherever an id leaves the store: a deleted user's id must never name another one.
CREATE TABLE principals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL,
    username TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    hidden INTEGER NOT NULL,
    attributes TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX principals_by_username ON principals (username) WHERE username <> '';

CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    principal_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    domain TEXT NOT NULL REFERENCES domains,
    is_primary INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX addresses_by_principal ON addresses (principal_id);
CREATE UNIQUE INDEX addresses_primary ON addresses (principal_id) WHERE is_primary;
CREATE INDEX addresses_by_domain ON addresses (domain);

CREATE TABLE group_members (
    group_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    PRIMARY KEY (group_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_member ON group_members (member_id);

CREATE TABLE credentials (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    principal_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    UNIQUE (principal_id, kind, name)
) STRICT;

-- Accounts and folders ----------------------------------------------------------------------------------------------

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    principal_id INTEGER NOT NULL UNIQUE REFERENCES principals ON DELETE CASCADE,
    modseq INTEGER NOT NULL DEFAULT 1,
    log_floor INTEGER NOT NULL DEFAULT 1,
    quota_bytes INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
    item_count INTEGER NOT NULL DEFAULT 0 CHECK (item_count >= 0),
    uid_validity_last INTEGER NOT NULL,
    quota_noticed_at INTEGER
) STRICT;

CREATE TABLE account_grants (
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    grantee_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (account_id, grantee_id, permission)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_grants_by_grantee ON account_grants (grantee_id);

CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 2147483648),
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    parent_id INTEGER REFERENCES folders,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT,
    special_uses TEXT NOT NULL,
    selectable INTEGER NOT NULL,
    uid_validity INTEGER NOT NULL CHECK (uid_validity BETWEEN 1 AND 4294967295),
    uid_next INTEGER NOT NULL DEFAULT 1 CHECK (uid_next BETWEEN 1 AND 4294967296),
    recent_from INTEGER NOT NULL DEFAULT 1,
    modseq INTEGER NOT NULL,
    total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
    unread INTEGER NOT NULL DEFAULT 0 CHECK (unread BETWEEN 0 AND total),
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted BETWEEN 0 AND total),
    size_bytes INTEGER NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    deleted_size_bytes INTEGER NOT NULL DEFAULT 0 CHECK (deleted_size_bytes BETWEEN 0 AND size_bytes),
    UNIQUE (account_id, path)
) STRICT;

CREATE INDEX folders_by_parent ON folders (parent_id);
CREATE UNIQUE INDEX folders_by_role ON folders (account_id, role) WHERE role IS NOT NULL;

-- The highest uid_validity seen under a path that has lost its folder: a folder renamed to it must have a higher one.
CREATE TABLE past_paths (
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    path TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    PRIMARY KEY (account_id, path)
) STRICT, WITHOUT ROWID;

-- grantee: a principal, 0 for everybody signed in, -1 for anonymous.
CREATE TABLE folder_grants (
    folder_id INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE,
    grantee INTEGER NOT NULL,
    rights INTEGER NOT NULL,
    PRIMARY KEY (folder_id, grantee)
) STRICT, WITHOUT ROWID;

CREATE INDEX folder_grants_by_grantee ON folder_grants (grantee);

CREATE TABLE subscriptions (
    principal_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    path TEXT NOT NULL,
    PRIMARY KEY (principal_id, account_id, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriptions_by_account ON subscriptions (account_id, path);

-- folder_id 0: of the account itself; viewer_id 0: shared.
CREATE TABLE annotations (
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folder_id INTEGER NOT NULL,
    viewer_id INTEGER NOT NULL,
    entry TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (account_id, folder_id, viewer_id, entry)
) STRICT, WITHOUT ROWID;

-- Contents: immutable, shared by copies, gone with the last item ----------------------------------------------------
-- In three tables, so that a scan of computed columns or of header text does not drag bodies through the cache.

CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    size_bytes INTEGER NOT NULL,
    sent_at INTEGER,
    sent_zone_s INTEGER,
    has_attachment INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    references_text TEXT NOT NULL,
    base_subject TEXT NOT NULL,
    subject TEXT NOT NULL,
    sort_from TEXT NOT NULL,
    sort_to TEXT NOT NULL,
    sort_cc TEXT NOT NULL,
    display_from TEXT NOT NULL,
    display_to TEXT NOT NULL,
    preview TEXT NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL,
    body_structure BLOB NOT NULL,
    structure BLOB NOT NULL
) STRICT;

CREATE TABLE content_text (
    content_id INTEGER PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
    headers_text TEXT NOT NULL,
    body_text TEXT NOT NULL
) STRICT;

CREATE TABLE content_data (
    content_id INTEGER PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
    data BLOB NOT NULL
) STRICT;

-- Items -------------------------------------------------------------------------------------------------------------
-- place = folder id * 2**32 + uid: one integer key that is unique, ordered by uid within the folder, never reused
-- (neither folder ids nor a folder's uids are), and therefore the item's id as well.

CREATE TABLE items (
    place INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents,
    kind TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    received_zone_s INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    message_key INTEGER
) STRICT;

CREATE INDEX items_by_content ON items (content_id);
CREATE INDEX items_by_message ON items (account_id, message_key, thread) WHERE message_key IS NOT NULL;

-- What changes often, in rows of twenty bytes: a flag change of a thousand items writes six pages.
CREATE TABLE item_flags (
    place INTEGER PRIMARY KEY,
    system INTEGER NOT NULL,
    keywords TEXT NOT NULL,
    modseq INTEGER NOT NULL
) STRICT;

CREATE TABLE item_properties (
    place INTEGER PRIMARY KEY,
    properties TEXT NOT NULL
) STRICT;

CREATE TABLE account_keywords (
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folded TEXT NOT NULL,
    keyword TEXT NOT NULL,
    PRIMARY KEY (account_id, folded)
) STRICT, WITHOUT ROWID;

CREATE TABLE folder_keywords (
    folder_id INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE,
    keyword TEXT NOT NULL,
    PRIMARY KEY (folder_id, keyword)
) STRICT, WITHOUT ROWID;

-- What happened, and what waits to leave ----------------------------------------------------------------------------

CREATE TABLE changes (
    account_id INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    folder_id INTEGER NOT NULL,
    uids TEXT NOT NULL,
    PRIMARY KEY (account_id, modseq)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbound_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    next_attempt_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    envelope_json TEXT NOT NULL,
    data BLOB NOT NULL
) STRICT;

CREATE INDEX outbound_queue_by_due ON outbound_queue (next_attempt_at);
