"""Evidence packages: what an auditor hands to somebody who trusts nobody, and the verifier that needs nothing else.

The verifier (`services.evidence.verification`) loads no broker's, database's or network library.
"""
