"""The ladder of checks: one rung a file, each a function from claim and evidence to a Check."""
