"""Processes of ours: started, scheduled, watched, ended, and what they leave to one another."""
