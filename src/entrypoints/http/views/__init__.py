"""What the API shows: plain text and numbers, ready to be encoded.

Views are neither frozen nor slotted: they are made by the hundred for a single answer, and would take six
times as long to make, twice as long to encode, and lose the order of their fields.
"""
