-- Who has put an item into another's account: rights may reach no further than the own items. Items without a row are
-- the owner's, or have arrived. As in item_properties, rows go with their items.

CREATE TABLE item_creators (
    place INTEGER PRIMARY KEY,
    principal_id INTEGER NOT NULL
) STRICT;

-- Who may send in the name of a group, which has no account that could be granted on.

CREATE TABLE group_grants (
    group_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    grantee_id INTEGER NOT NULL REFERENCES principals ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (group_id, grantee_id, permission)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_grants_by_grantee ON group_grants (grantee_id);

-- A number that every change of what rights are made of replaces by another. At random, since a counter that was rolled
-- back would show the same number for something else.

CREATE TABLE grants_stamp (
    stamp INTEGER NOT NULL
) STRICT;

INSERT INTO grants_stamp VALUES (random());

CREATE TRIGGER folder_grants_given AFTER INSERT ON folder_grants BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER folder_grants_changed AFTER UPDATE ON folder_grants BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER folder_grants_taken AFTER DELETE ON folder_grants BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER account_grants_given AFTER INSERT ON account_grants BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER account_grants_taken AFTER DELETE ON account_grants BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER group_members_added AFTER INSERT ON group_members BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER group_members_removed AFTER DELETE ON group_members BEGIN UPDATE grants_stamp SET stamp = random(); END;
CREATE TRIGGER folders_placed AFTER UPDATE OF path, role ON folders BEGIN UPDATE grants_stamp SET stamp = random(); END;
