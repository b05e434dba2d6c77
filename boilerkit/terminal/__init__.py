"""What command lines print: tables, messages and progress."""
