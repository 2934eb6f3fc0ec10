"""The voting room: everybody scores on their own phone, blind, and nothing that was acknowledged is ever lost.

`asking` says what a round asks, `ballots` what may be given, `box` keeps it, `people` who is here, `counting` what came
of it; `session` holds them together, `server` is the phones' door, `desk` the facilitator's, `keeper` the process.
"""
