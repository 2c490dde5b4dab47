"""The examination report: self-contained HTML in zh-CN or English, for readers and for print."""
