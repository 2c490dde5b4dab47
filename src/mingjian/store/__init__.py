"""The store: what was taken in and found, kept with its custody.

Names are imported from their modules (``mingjian.store.store.open_store``), so that importing
this package loads no database driver.
"""
