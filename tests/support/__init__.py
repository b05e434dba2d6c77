"""What the tests share: references, generators and strategies."""
