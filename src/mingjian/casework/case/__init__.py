"""A case 案件: what persons made of findings about one matter, and decided.

`state` says what a case is and what each event does to it; `decide` says which events a wish
leads to, or why not; `workflow` holds statuses and steps as data. All of it is pure: the use
cases in `mingjian.app` bring it together with the store and the roles.
"""
