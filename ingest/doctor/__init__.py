"""An examination of a store: every invariant checked, what is derived compared with the truth, and mended from it."""
