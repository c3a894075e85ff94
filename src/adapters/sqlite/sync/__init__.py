"""What this copy knows of the other nodes' copies, kept in the same file by triggers and a ledger."""
