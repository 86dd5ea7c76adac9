"""What an order line is: the contract, and what reads it."""
