"""What a fleet tells of lives, although most of it was never seen to fail."""
