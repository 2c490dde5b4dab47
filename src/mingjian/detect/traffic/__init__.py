"""Signs in the logs of web servers."""
