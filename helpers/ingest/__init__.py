"""Ingest: raw tweets in any format become the study's tables, and a ledger accounts for every one.

`files` unpacks what was packed, `records` finds the objects in JSON, `tweets` makes rows of v1.1 objects,
`formats` of all others, `staging` tells which is which and writes parts, `ledger` makes the tables of them.
`accounts` reads files of accounts, `gazetteer` tells the state that a location names.

    python -m helpers.ingest RAW… --out DIR
"""
