"""The control socket: who may command, what may be asked, and what becomes of it."""
