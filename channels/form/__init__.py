"""A contact form: one message by somebody who says who they are."""
