"""AWS itself: sessions and clients, how to reach a local one, a log of calls, errors in words."""
