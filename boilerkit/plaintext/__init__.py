"""What only plain text needs: segmentation, features and rendering."""
