"""What runs: the agency service, the embedded broker and the command line.

Business rules live in `events`; this package carries them out against stores and the network.
"""
