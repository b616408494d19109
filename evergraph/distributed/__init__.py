"""Clusters: their servers, and where variables are placed."""
