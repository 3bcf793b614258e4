"""A stand-in for a mail provider and for the mailboxes of its people.

It takes mail over SMTP for every address, shows each mailbox as a page, lets a person write and
reply, and hands mail for a shop to that shop's address for incoming mail, signed as Mailgun signs
it. It knows nothing but those protocols.
"""
