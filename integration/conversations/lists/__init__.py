"""The lists of the inbox: views, searching, and the words by which conversations are found."""
