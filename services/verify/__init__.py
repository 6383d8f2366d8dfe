"""Verifying a whole network from its stores: nothing is believed but the root key.

    from services.verify import verify_network
    verdict = verify_network(folder, root)

Runs best in a process of its own (`python -m services.verify`), after the services have stopped.
"""

from services.verify.network import verify_network
from services.verify.verdict import Finding, FindingKind, NetworkVerdict, Undelivered, Whereabouts

__all__ = ["Finding", "FindingKind", "NetworkVerdict", "Undelivered", "Whereabouts", "verify_network"]
