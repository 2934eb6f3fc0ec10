"""Other tools' files: bytes or a path in, a journey or tables and warnings out; never a client's folder."""
