"""AWS itself: sessions and clients, a log of calls, and its errors in plain words."""
