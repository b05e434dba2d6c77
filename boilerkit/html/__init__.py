"""What only HTML needs: parsing, segmentation, features and rendering."""
