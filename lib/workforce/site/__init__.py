"""The reading room: the executed notebooks as a static site, for readers who never run code.

`report` turns a notebook into a page's content, `pages` makes whole pages around it, and `build` writes what changed.
"""
