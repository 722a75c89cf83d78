"""The power line modem's interface, as Linux gives it: raw frames of one EtherType."""
