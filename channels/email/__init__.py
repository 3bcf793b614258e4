"""Mail: a mailbox that is asked, and an SMTP server that is given."""
