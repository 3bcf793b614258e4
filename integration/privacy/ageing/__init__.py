"""How long each class of data is kept, and forgetting it in time."""
