"""IMAP bytes to values and back, without I/O: RFC 3501, RFC 9051 and the extensions of the server's capability list.

Theory. Three steps, each of which knows nothing of the next:

1. `stream.CommandReader` cuts the client's bytes into commands. It knows lines, literals and limits, and no grammar but
   that of a tag and a name. A literal that the client waits with is the caller's decision (`Continuation`).
2. `parse.Parser` is a cursor over the arguments of one command, with a method for every terminal of the formal syntax.
   It lives as long as the command; it holds what the grammar depends on: whether UTF-8 is on, and the separator.
3. One module per topic turns arguments into frozen values: `parse_<command>(parser)` consumes everything from the SP
   after the name to the end of the command, or raises `errors.WireError`, and never anything else, whatever the bytes.

Names leave here as `str` (decoded from modified UTF-7 or UTF-8, INBOX folded), search strings too (decoded from their
charset); everything else that the client wrote stays `bytes`. Nothing here knows what exists: unknown keywords,
folders, rights and UIDs are values like others. `format` and `names` are the way back: values to bytes of responses.

The pieces (imported from their modules; this package imports nothing, so that nobody pays for what he does not use):

    errors    WireError(message, code, status)
    stream    CommandReader, and from `events` NEED_DATA, CommandLine, Continuation, BadLine, RawLine
    parse     Parser, parse_nothing
    sequence  SequenceSet, PartialRange, STAR, format_set, format_ordered_set, format_paired_sets
    names     decode_utf7, encode_utf7, decode_mailbox, encode_mailbox, fold_inbox, ListPattern
    dates     parse_date, parse_date_time, format_date_time
    format    quote, nstring, astring, literal, literal8, mailbox, flag_list, number_list, numbers, threads,
              response_code, capability, fetch_line, list_line, status_line, esearch, and what dates and sequence format
    session   parse_login, parse_authenticate, decode_sasl, parse_id, parse_enable, parse_compress
    folders   parse_mailbox, parse_create, parse_rename
    select    parse_select            status    parse_status
    list      parse_list, parse_lsub  metadata  parse_get_metadata, parse_set_metadata
    fetch     parse_fetch             search    parse_search (its nodes in `search_keys`)
    store     parse_store, parse_copy, parse_uid_expunge
    sort      parse_sort, parse_thread
    append    parse_append, parse_replace, append_head
    acl       parse_set_acl, parse_acl
    quota     parse_get_quota, parse_set_quota
    notify    parse_notify
"""
