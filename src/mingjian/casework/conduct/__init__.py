"""Conduct 行为: readable rules that combine what was found in a case into what it may have been.

    records -> `seen` (what stands in them) -> signs (`signs.json`) -> rules (`rules.json`)

A suggestion says what supports it, what is missing and what would change it. It is about what
was done, never about who did it, and never a finding of guilt.
"""
