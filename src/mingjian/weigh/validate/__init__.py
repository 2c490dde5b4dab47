"""Validation: how well likelihood ratios hold on labelled cases, pooled and by source."""
