"""Exchange Web Services: SOAP 1.1 over HTTPS, in the dialect of Exchange2010_SP2 (MS-OXWS*)."""
