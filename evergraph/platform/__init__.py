"""What a program needs around it: its command line, its files, where things are installed."""
