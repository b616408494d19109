"""The processes of a cluster that train together: how they meet, and how their runs are divided into rounds."""
