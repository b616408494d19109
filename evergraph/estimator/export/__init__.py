"""What an exported model takes and gives."""
