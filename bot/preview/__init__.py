"""What a change does to the answers, before it is made: asked over questions that are known, and compared one by one."""
