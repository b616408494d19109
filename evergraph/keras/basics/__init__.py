"""What all of Keras uses: objects by name, sizes, progress, batches made by threads."""
