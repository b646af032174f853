"""The chat: channels, messages and threads, what was read, feedback on answers, and answers in the making."""
