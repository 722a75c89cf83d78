"""The charger's page: server-sent status for a browser on the same machine."""
