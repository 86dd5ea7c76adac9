"""Steps that make LocalStack faster and change none of its answers."""
