"""Where the charger meets the vehicle that talks: one conversation, whoever carries its octets."""
