"""Looking for somebody who must be nowhere: in tables, sealed bytes, files and Valkey."""
