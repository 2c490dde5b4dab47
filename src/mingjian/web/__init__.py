"""The reading desk: pages over what the store holds. It reads, it changes nothing."""
