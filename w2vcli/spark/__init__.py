"""What runs on a cluster of Spark: sessions, and the reading of a corpus."""
