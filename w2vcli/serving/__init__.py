"""What other programs ask a model through: the Model Context Protocol."""
