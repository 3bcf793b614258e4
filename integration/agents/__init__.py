"""Who answers: agents, their roles, how they are invited and how they sign in."""
