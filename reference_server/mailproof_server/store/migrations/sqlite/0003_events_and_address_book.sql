-- What calendar views and UID look-ups ask of events. ends_at: end of the last occurrence, later than starts_at; NULL for
-- an endless series.

CREATE TABLE events (
    place INTEGER PRIMARY KEY,
    folder_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER CHECK (ends_at > starts_at),
    is_recurring INTEGER NOT NULL,
    uid TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_end ON events (folder_id, ifnull(ends_at, 9223372036854775807), starts_at);
CREATE INDEX events_by_uid ON events (account_id, uid);

-- The words by which the address book is searched, whole and by their beginnings. Of addresses only the part before the
-- @: the domain is everybody's.

CREATE VIRTUAL TABLE address_book USING fts5 (
    name, addresses, attributes, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

INSERT INTO address_book (rowid, name, addresses, attributes)
SELECT p.id, p.display_name,
    (SELECT group_concat(substr(address, 1, instr(address, '@') - 1), ' ') FROM addresses WHERE principal_id = p.id),
    (SELECT group_concat(value, ' ') FROM json_each(p.attributes))
FROM principals p;

CREATE TRIGGER address_book_takes_in AFTER INSERT ON principals BEGIN
    INSERT INTO address_book (rowid, name, addresses, attributes)
    VALUES (new.id, new.display_name, '', (SELECT group_concat(value, ' ') FROM json_each(new.attributes)));
END;

CREATE TRIGGER address_book_renames AFTER UPDATE OF display_name, attributes ON principals BEGIN
    UPDATE address_book SET name = new.display_name,
        attributes = (SELECT group_concat(value, ' ') FROM json_each(new.attributes)) WHERE rowid = new.id;
END;

CREATE TRIGGER address_book_takes_out AFTER DELETE ON principals BEGIN
    DELETE FROM address_book WHERE rowid = old.id;
END;

CREATE TRIGGER address_book_adds_address AFTER INSERT ON addresses BEGIN
    UPDATE address_book SET addresses =
        (SELECT group_concat(substr(address, 1, instr(address, '@') - 1), ' ') FROM addresses
         WHERE principal_id = new.principal_id)
    WHERE rowid = new.principal_id;
END;

CREATE TRIGGER address_book_drops_address AFTER DELETE ON addresses BEGIN
    UPDATE address_book SET addresses =
        (SELECT group_concat(substr(address, 1, instr(address, '@') - 1), ' ') FROM addresses
         WHERE principal_id = old.principal_id)
    WHERE rowid = old.principal_id;
END;
