"""What is asked for people's privacy, by whomever: taken down, watched, worked off."""
