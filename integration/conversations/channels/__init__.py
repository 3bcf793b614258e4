"""The channels of a workspace: set up, judged, shown, paused and taken away."""
