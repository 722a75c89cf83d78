"""What is left of one connector, by its own state where one is observed, else by the fleet."""
