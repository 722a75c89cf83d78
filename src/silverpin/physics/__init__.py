"""Cited laws as pure functions; nature and estimators share these and no parameters."""
