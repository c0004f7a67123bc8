"""`make bench`: what a function costs to start, and what a report costs to carry."""
