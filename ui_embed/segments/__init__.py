"""The pages of segments, and the files of their people."""
