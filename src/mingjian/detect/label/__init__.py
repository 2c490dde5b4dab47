"""AIGC labels of GB 45438-2025: implicit (metadata) and explicit (text), read and written."""
