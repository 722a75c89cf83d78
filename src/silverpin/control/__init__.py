"""Step functions that wish; only `safety` permits."""
