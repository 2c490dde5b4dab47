"""Conduct to statutes and coverage: dated law data in our own wording.

    facts -> library (what was in force on the date of the act) -> reach (which band the
    numbers reach, and why) -> match (suggestions for a lawyer, never a finding of guilt)

`statutes/` holds one file per statute or interpretation, `words/` the conducts, the kinds of
counts and the circumstances. No statute's own sentence is in this package: official texts are
read from a folder (`official`) and shown beside our wording.
"""
