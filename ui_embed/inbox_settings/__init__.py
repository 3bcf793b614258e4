"""The settings of the inbox: channels, texts, rules, hours, and who may change them."""
