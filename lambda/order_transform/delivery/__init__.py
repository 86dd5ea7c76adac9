"""The delivery protocol: events, storage, where outputs lie, and safe redelivery."""
