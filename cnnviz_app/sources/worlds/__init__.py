"""Pictures made by rule: endless, labelled, seeded, and free of anybody's licence."""
