"""Training the cross-encoder that checks claims: pairs from a pool and of our own making, a seeded loop, an export."""
