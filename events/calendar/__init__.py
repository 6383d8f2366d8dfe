"""Vietnam's working days and time, reporting periods, and what falls due by the calendar. Pure: days off are data."""
