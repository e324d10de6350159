"""The content codec: an RFC 5322 / MIME message as bytes in, its parts, addresses, texts and ready IMAP values out."""
