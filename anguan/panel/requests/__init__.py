"""Lists of requests: queue, closed requests, batches, and who may see which request."""
