"""Helpers of the reproduction notebooks: one module for each noun of the study.

`study` says what is studied and where its files are, `tables` what the tables look like and how they are
read, `ingest` how raw tweets become tables. The other modules compute and draw one section of the paper
each, and `reproduce` runs all notebooks in order. `world` makes the synthetic sample; no other module
here imports it.
"""
