"""Signs in the logs of AI agents."""
