"""From a corpus in numbers to a model: settings, engines, the receipt."""
