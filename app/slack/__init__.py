"""The Slack app: questions asked in Slack, answered there in a thread, with their verdicts and sources."""
