"""Signs in messages, calls and chats that people write to one another."""
