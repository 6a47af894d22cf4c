"""What a reply says: which row, status, percent, figures, dates, problem, next step; and why. Pure."""
