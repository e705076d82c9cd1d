"""Calls, incidents, worksites, units, assignments, persons and the dispatch plan."""
