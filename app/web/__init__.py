"""The page to ask, and the page that shows a citation in its document."""
