"""Calls, incidents, worksites, units, assignments and persons: what happened, where, who goes, who is found."""
