"""Every place that can hold personal data, and what takes it away there."""
