"""Awkward drops: what people really put into content/, and what must become of each."""
