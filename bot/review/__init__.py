"""What members' signals become: cases that moderators claim, judge and close, and what follows from that."""
