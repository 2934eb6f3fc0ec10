"""What a client receives: sections of content, and the page made from them. Journey and tables in, files out."""
