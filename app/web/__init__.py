"""The pages: the chat, answers, documents, and the viewer that shows a citation in its document."""
