"""What people said that pages contain."""
