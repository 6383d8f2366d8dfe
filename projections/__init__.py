"""Read models: what an agency sees of its cases, folded from its record.

A projection decides nothing and writes no event. Deleting a view and replaying the record
brings the same view back, so no fold reads a clock, a random number or the network.
"""
