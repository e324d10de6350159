"""What a file can ask for, one step per file: checked all before anything is done, done in their order."""
