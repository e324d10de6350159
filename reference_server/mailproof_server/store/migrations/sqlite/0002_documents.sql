-- Small JSON objects of an account (its rules, its automatic reply) or, under account 0, of the organisation.
-- Account 0 does not exist, so a trigger does what a foreign key would.

CREATE TABLE documents (
    account_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, key)
) STRICT;

-- A number that every change of one kind replaces by another, which no later one repeats: what has been made of the
-- documents may be kept for as long as it stays.
CREATE TABLE document_stamps (
    account_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER documents_go_with_their_account AFTER DELETE ON accounts BEGIN
    DELETE FROM documents WHERE account_id = old.id;
    DELETE FROM document_stamps WHERE account_id = old.id;
END;
