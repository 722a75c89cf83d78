"""Sans-IO protocols: bytes or levels in, meanings out."""
