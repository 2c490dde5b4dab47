"""Shared run time for text models: features, linear models, their files, their explanations.

No detector lives here; a detector of any kind may import from here. Everything runs on numpy
and is the same at training time and at run time: `training/` builds its matrices with the very
functions a detector calls.
"""
