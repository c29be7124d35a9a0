"""What every feature on Discord uses: interactions and their guard, controls and forms, panels, sections."""
