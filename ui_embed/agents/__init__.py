"""Pages of agents: signing in, invitations, one's own profile, who is in the workspace."""
