"""The plot of a run, as one SVG."""
