"""Pictures on their way out: what they are (inspect), what is sent (make), where it is kept (store)."""
