"""Networks made inspectable, and where they come from."""
