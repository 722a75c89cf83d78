"""The programs of a terminal: they read arguments, ask the charger and show what it said."""
