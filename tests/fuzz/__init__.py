"""Hostile input for everything that reads: each case is to be answered, or refused in one line of ours.

One module for each reader; `tests.fuzz.runner` runs them and says at its top what such a module has.
"""
