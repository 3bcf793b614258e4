"""What conversations come to: figures over a period, by day, channel, store, agent and reason."""
