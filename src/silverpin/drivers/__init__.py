"""The ports of `silverpin.ports`, backed by something that can act. Drivers decide nothing."""
