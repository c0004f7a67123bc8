"""`make storm`: thousands of webhooks while AWS, Meta and the functions themselves fail, and a recount.

A crowd of citizens writes on both channels (`crowd`), each message delivered one to four times, out of
order, in batches, by several senders; agencies answer from their links (`officers`); between the functions
and the emulator stands microburst, and Meta's twin fails too (`weather`). Then everything is counted again
from the senders' own log (`recount`).
"""
