"""The desk: who may enter, pages over what the store holds, and what can be done on them."""
