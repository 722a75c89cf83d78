"""The small core that decides whether power may flow: standard library and `domain` only."""
