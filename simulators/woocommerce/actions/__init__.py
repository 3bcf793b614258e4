"""What happens in a store: each action takes the lock, changes the site and tells the listeners."""
