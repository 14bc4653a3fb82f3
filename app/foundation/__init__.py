"""No noun of the programme lives here: database, work, clock, languages, search, rules."""
