"""What the knowledge lacks, seen in what members asked in vain, and whether what was done about it helped."""
