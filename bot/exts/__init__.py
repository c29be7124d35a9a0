"""Discord, by feature: what comes in, what members see, and the controls under it. Shows what the stages return; decides nothing."""
