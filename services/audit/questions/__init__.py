"""Questions to the auditor's ledger: who told whom what, who knew it when, and where silence is."""
