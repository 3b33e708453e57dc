"""Campaigns: many scenarios, devices and firmware in one night, which survive whatever ends them. Each run is a run directory of
pytest's (twinline_lanes); what lies there is the truth, and everything here can be told again from it."""
