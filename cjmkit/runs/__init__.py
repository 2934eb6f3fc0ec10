"""Reports for clients: the only place where a client's folder and the report meet.

`opening` reads a folder, `build` makes one client's files, `many` runs several; each loads when it is used.
"""

FORMATS = ("html", "pdf", "poster", "pptx", "xlsx", "svg", "png", "mermaid")
