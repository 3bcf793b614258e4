"""Mail: any IMAP mailbox in, any SMTP server out, or a provider that calls us."""
